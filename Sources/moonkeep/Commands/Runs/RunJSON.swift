import BackupAPI
import Foundation
import RunJournal

/// A run as JSON.
struct RunJSON: Encodable {
    var id: String
    var script: String
    var scriptSHA256: String
    var arguments: JSONValue
    var status: String
    var attempt: Int
    var isInterrupted: Bool
    @Nullable var outcome: String?
    @Nullable var message: String?
    var startedTime: Timestamp
    @Nullable var endedTime: Timestamp?
    /// Absent in lists.
    var steps: [StepJSON]?

    init(_ run: RunRecord, steps: [StepRecord]? = nil) {
        id = run.id
        script = run.scriptName
        scriptSHA256 = run.scriptSHA256
        arguments = JSONValue(text: run.arguments)
        status = run.status.rawValue
        attempt = run.attempt
        isInterrupted = run.isInterrupted(at: Clocks.now())
        _outcome = Nullable(wrappedValue: run.outcome)
        _message = Nullable(wrappedValue: run.message)
        startedTime = Timestamp(microseconds: run.started)
        _endedTime = Nullable(wrappedValue: run.ended.map(Timestamp.init(microseconds:)))
        self.steps = steps?.map(StepJSON.init)
    }

    private enum CodingKeys: String, CodingKey {
        case id, script
        case scriptSHA256 = "script_sha256"
        case arguments, status, attempt
        case isInterrupted = "is_interrupted"
        case outcome, message
        case startedTime = "started_time"
        case endedTime = "ended_time"
        case steps
    }
}

/// A step as JSON.
struct StepJSON: Encodable {
    var key: String
    var name: String
    var kind: String
    var state: String
    var input: JSONValue
    /// What a person has to decide about it; absent where nothing is.
    var question: JSONValue?
    @Nullable var output: JSONValue?
    @Nullable var error: JSONValue?

    init(_ step: StepRecord) {
        key = step.key.description
        name = step.name
        kind = step.kind.rawValue
        state = step.state.rawValue
        input = JSONValue(text: step.input)
        question = step.question.map(JSONValue.init(text:))
        _output = Nullable(wrappedValue: step.output.map(JSONValue.init(text:)))
        _error = Nullable(wrappedValue: step.error.map(JSONValue.init(text:)))
    }
}

/// Any JSON, which the journal keeps as text.
enum JSONValue: Codable, Hashable, Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case record([String: JSONValue])

    /// A text that is no JSON stays a text.
    init(text: String) {
        self =
            (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))?.withPlainKeys ?? .text(text)
    }

    /// The journal's `{"$entries": [[key, value], …]}`, for keys that are no text, as a record with texts for keys.
    private var withPlainKeys: JSONValue {
        switch self {
        case .list(let list): return .list(list.map(\.withPlainKeys))
        case .record(let record):
            guard record.count == 1, case .list(let entries)? = record["$entries"] else {
                return .record(record.mapValues(\.withPlainKeys))
            }
            let pairs = entries.compactMap { entry -> (String, JSONValue)? in
                guard case .list(let pair) = entry, pair.count == 2 else { return nil }
                return (pair[0].keyText, pair[1].withPlainKeys)
            }
            return .record(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
        case .null, .flag, .integer, .number, .text: return self
        }
    }

    private var keyText: String {
        switch self {
        case .text(let text): text
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .null, .list, .record: "?"
        }
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .record(try value.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .record(let record):
            var members = encoder.container(keyedBy: Key.self)
            for (name, value) in record.sorted(by: { $0.key < $1.key }) {
                try members.encode(value, forKey: Key(stringValue: name))
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
