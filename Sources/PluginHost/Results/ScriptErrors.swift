public import BackupAPI
public import LuaKit
public import RunJournal

/// What scripts see of a service's error: `code`, `message`, `fix`, `retryable`.
extension BackupError: LuaErrorConvertible {
    /// The message, then the fix.
    public var luaMessage: String { description }

    /// `code`, `message`, `fix` (absent if there is none) and `retryable`.
    public var luaFields: [String: LuaValue] {
        [
            "code": .string(code.description),
            "message": .string(message),
            "fix": fix.map(LuaValue.string) ?? .nil,
            "retryable": .boolean(isRetryable),
        ]
    }
}

/// What scripts see of a failure in a function of theirs that a host function called.
extension LuaError: LuaErrorConvertible {
    /// The place, then the message.
    public var luaMessage: String { description }

    /// `code`, `message` with the place, and the fields of the error value that the function raised.
    public var luaFields: [String: LuaValue] {
        if let cause = cause as? any LuaErrorConvertible { return cause.luaFields }
        var fields: [String: LuaValue] = ["code": .string(code.rawValue), "message": .string(description)]
        guard case .table(let table) = value else { return fields }
        for (key, value) in table.fields {
            if let name = key.text { fields[name] = value }
        }
        return fields
    }
}

extension LuaError {
    /// Whether the error value is one that has no text of its own, as a table without `__tostring`.
    private var isTextless: Bool {
        if case .table(let table) = value, table.description.hasPrefix(message) { return true }
        return message.isEmpty || message.hasPrefix("(error object is")
    }

    /// What the error value says; one that has no text is shown, at most 500 characters of it.
    var words: String {
        guard isTextless else { return message }
        if let message = value["message"].text, !message.isEmpty { return message }
        guard value != .nil else { return message.isEmpty ? "an error without a message" : message }
        let shown = value.textForPeople.printable
        return shown.utf8.count > 2_000 ? "\(shown.prefix(500))…" : shown
    }

    /// The place, then what the error value says.
    var placedWords: String {
        isTextless ? (place.map { "\($0.script):\($0.line): " } ?? "") + words : luaMessage
    }
}

/// What scripts see when the journal cannot be written.
extension JournalError: LuaErrorConvertible {
    /// The message, then the fix.
    public var luaMessage: String { description }

    /// `code`, `message`, `fix` and `retryable`.
    public var luaFields: [String: LuaValue] {
        [
            "code": "journal",
            "message": .string(message),
            "fix": fix.map(LuaValue.string) ?? .nil,
            "retryable": false,
        ]
    }
}
