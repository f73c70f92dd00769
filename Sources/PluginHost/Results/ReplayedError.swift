import LuaKit

/// An error that the journal has of a step, as the script saw it the first time.
///
/// In the journal it is the object of the fields that scripts see. Where these do not say all, it is
/// `{"$raised": {"fields": …, "text": …, "failure": …}}` with what `tostring` gave and what the run would have failed
/// with.
struct ReplayedError: LuaErrorConvertible {
    let luaFields: [String: LuaValue]
    let luaMessage: String
    /// What the run fails with when the script does not catch it; `nil` where the fields say it.
    let failure: RunFailure?

    private static let prefix = #"{"$raised":"#

    /// Reads the journal's text. Throws where it is no error.
    init(_ text: String) throws {
        guard text.hasPrefix(Self.prefix) else {
            luaFields = try JournalText.decode(text).textFields
            luaMessage = Self.text(of: luaFields)
            failure = nil
            return
        }
        let raised = try JournalText.decode(String(text.dropFirst(Self.prefix.count).dropLast()))
        luaFields = try raised["fields"].textFields
        luaMessage = raised["text"].text ?? Self.text(of: luaFields)
        failure = RunFailure(recorded: raised["failure"])
    }

    /// The text of an error for the journal; `names` are those that a script can use.
    static func text(of error: any Error, names: ScriptNames) -> String {
        let fields = JournalText.fields(of: error)
        let text = (error as? any LuaErrorConvertible)?.luaMessage ?? self.text(of: fields)
        let failure = (error as? LuaError).map { RunFailure($0, names: names) }
        guard failure != nil || text != self.text(of: fields) else {
            return JournalText.encode(.record(fields))
        }
        let raised = LuaValue.record([
            "fields": .record(fields), "text": .string(text), "failure": failure?.recorded ?? .nil,
        ])
        return prefix + JournalText.encode(raised) + "}"
    }

    /// What `tostring` gives of an error that says no more than its fields.
    private static func text(of fields: [String: LuaValue]) -> String {
        let message = fields["message"]?.text ?? "error"
        return fields["fix"]?.text.map { "\(message). \($0)" } ?? message
    }

    /// The error to throw: a cancellation is one again.
    var original: any Error {
        failure == nil && luaFields == ["code": "cancelled", "message": "cancelled"]
            ? CancellationError() : self
    }
}

extension LuaValue {
    fileprivate var textFields: [String: LuaValue] {
        get throws {
            guard case .table(let table) = self else {
                throw ArgumentProblem("an error expected, got \(kind)")
            }
            return Dictionary(
                table.fields.compactMap { key, value in key.text.map { ($0, value) } },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }
}

extension RunFailure {
    fileprivate var recorded: LuaValue {
        .record([
            "code": .string(code), "message": .string(message), "fix": fix.map(LuaValue.string) ?? .nil,
            "script": place.map { .string($0.script) } ?? .nil,
            "line": place.map { .integer(Int64($0.line)) } ?? .nil,
            "traceback": .array(traceback.map(LuaValue.string)),
        ])
    }

    fileprivate init?(recorded: LuaValue) {
        guard let code = recorded["code"].text, let message = recorded["message"].text else { return nil }
        var calls: [String] = []
        if case .table(let traceback) = recorded["traceback"] { calls = traceback.items.compactMap(\.text) }
        var place: LuaError.Place?
        if let script = recorded["script"].text, case .integer(let line) = recorded["line"] {
            place = LuaError.Place(script: script, line: Int(line))
        }
        self.init(code: code, message: message, fix: recorded["fix"].text, place: place, traceback: calls)
    }
}
