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
