import BackupAPI
import PluginHost
import RunJournal

/// A run as `/moonkeep/v1` has it.
struct RunResource: Encodable, Sendable {
    let id: String
    let script: String
    let scriptSHA256: String
    let arguments: RecordedJSON
    /// `interrupted` where nobody executes it any more.
    let status: String
    let attempt: Int
    let isCancellationRequested: Bool
    @Nullable var outcome: String?
    @Nullable var message: String?
    let startedTime: Timestamp
    @Nullable var endedTime: Timestamp?

    init(_ run: RunRecord, standing: String) {
        id = run.id
        script = run.scriptName
        scriptSHA256 = run.scriptSHA256
        arguments = RecordedJSON(run.arguments)
        status = standing
        attempt = run.attempt
        isCancellationRequested = run.isCancellationRequested
        _outcome = Nullable(wrappedValue: run.outcome)
        _message = Nullable(wrappedValue: run.message)
        startedTime = Timestamp(microseconds: run.started)
        _endedTime = Nullable(wrappedValue: run.ended.map(Timestamp.init(microseconds:)))
    }

    private enum CodingKeys: String, CodingKey {
        case id, script
        case scriptSHA256 = "script_sha256"
        case arguments, status, attempt
        case isCancellationRequested = "is_cancellation_requested"
        case outcome, message
        case startedTime = "started_time"
        case endedTime = "ended_time"
    }

    /// Whether nothing will change any more.
    var isOver: Bool { endedTime != nil }
}

/// A step as `/moonkeep/v1` has it.
struct StepResource: Encodable, Sendable {
    /// `0/3.1#0`: the task's path and the step's number in it.
    let step: String
    let name: String
    let kind: String
    let state: String
    let input: RecordedJSON
    /// Absent unless the step is done.
    let output: RecordedJSON?
    /// Absent unless the step failed.
    let error: RecordedJSON?
    @Nullable var externalReference: String?
    let startedTime: Timestamp
    @Nullable var endedTime: Timestamp?

    init(_ record: StepRecord) {
        step = record.key.place
        name = record.name
        kind = record.kind.rawValue
        state = record.state.rawValue
        input = RecordedJSON(record.input)
        output = record.output.map { RecordedJSON($0) }
        error = record.error.map { RecordedJSON($0) }
        _externalReference = Nullable(wrappedValue: record.externalReference)
        startedTime = Timestamp(microseconds: record.started)
        _endedTime = Nullable(wrappedValue: record.ended.map(Timestamp.init(microseconds:)))
    }

    private enum CodingKeys: String, CodingKey {
        case step, name, kind, state, input, output, error
        case externalReference = "external_reference"
        case startedTime = "started_time"
        case endedTime = "ended_time"
    }
}

/// What a run waits for a person to say.
struct QuestionResource: Encodable, Sendable {
    let run: String
    let step: String
    /// The call, as a script would write it.
    let call: String
    /// The script's own question, or why nobody can tell.
    let text: String
    @Nullable var details: String?
    /// What can be said: the script's choices; or `start_again`, `give_up`, and `happened` or `adopt:ID`.
    let choices: [String]
    /// The choice that is taken when nobody answers in time; `null` for none.
    @Nullable var preset: String?
    @Nullable var deadline: Timestamp?
    /// Whether the script asks, and does not wonder whether a step has happened.
    let isAsked: Bool

    init(_ open: OpenQuestion) {
        let question = open.question
        run = open.step.run
        step = open.step.place
        call = question.call
        isAsked = question.asked != nil
        text = question.reason
        _details = Nullable(wrappedValue: question.asked?.details)
        _preset = Nullable(wrappedValue: question.asked?.preset)
        _deadline = Nullable(wrappedValue: question.asked?.deadline)
        choices =
            question.asked?.choices
            ?? (open.kind == .start ? question.candidates.map { "adopt:\($0)" } : ["happened"])
            + ["start_again", "give_up"]
    }

    private enum CodingKeys: String, CodingKey {
        case run, step, call, text, details, choices
        case preset = "default"
        case deadline
        case isAsked = "is_asked"
    }
}

/// JSON that the journal keeps as a text; a text that is none stays one.
struct RecordedJSON: Encodable, Sendable {
    let value: JSONValue

    init(_ text: String) {
        value = (try? BackupAPI.JSONReader.read(Array(text.utf8))) ?? .string(text)
    }

    private init(value: JSONValue) {
        self.value = value
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        switch value {
        case .object(let members):
            var container = encoder.container(keyedBy: Key.self)
            for member in members {
                try container.encode(RecordedJSON(value: member.value), forKey: Key(stringValue: member.key))
            }
        case .array(let items):
            var container = encoder.unkeyedContainer()
            for item in items { try container.encode(RecordedJSON(value: item)) }
        default:
            var container = encoder.singleValueContainer()
            switch value {
            case .flag(let flag): try container.encode(flag)
            case .string(let text): try container.encode(text)
            case .number(let digits):
                if let whole = Int64(digits) {
                    try container.encode(whole)
                } else {
                    try container.encode(Double(digits) ?? 0)
                }
            default: try container.encodeNil()
            }
        }
    }
}

extension StepKey {
    /// The step in its run: `0/3.1#0`.
    var place: String { "\(taskPath)#\(sequence)" }

    /// The step of a run by its place; `nil` for a text that is none.
    init?(run: String, place: String) {
        let parts = place.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int(parts[1]), sequence >= 0, !parts[0].isEmpty else {
            return nil
        }
        self.init(run: run, taskPath: String(parts[0]), sequence: sequence)
    }
}
