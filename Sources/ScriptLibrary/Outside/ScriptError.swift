public import LuaKit

/// The error of this library's functions as scripts see it: what failed, on which value, and what to do about it.
public struct ScriptError: LuaErrorConvertible, Sendable {
    /// What kind of failure it is, for a script to switch on.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case invalidRequest = "invalid_request"
            case notFound = "not_found"
            case refused
            case tooLarge = "too_large"
            case timedOut = "timed_out"
            case unreachable
            case httpStatus = "http_status"
            case exitCode = "exit_code"
            case toolMissing = "tool_missing"
            case unknownSecret = "unknown_secret"
            case storage
            case failed
        }

        private let value: Value

        /// A value that the call cannot work with.
        public static let invalidRequest = Code(value: .invalidRequest)
        /// There is no such file or folder.
        public static let notFound = Code(value: .notFound)
        /// It would break a rule that protects the host, whatever the script may do.
        public static let refused = Code(value: .refused)
        /// More bytes than the call takes.
        public static let tooLarge = Code(value: .tooLarge)
        /// A deadline passed.
        public static let timedOut = Code(value: .timedOut)
        /// A server could not be reached, or broke off.
        public static let unreachable = Code(value: .unreachable)
        /// A server answered with a status that the script does not expect.
        public static let httpStatus = Code(value: .httpStatus)
        /// A program ended with a code that the script does not accept, or by a signal.
        public static let exitCode = Code(value: .exitCode)
        /// A program is not installed.
        public static let toolMissing = Code(value: .toolMissing)
        /// No provider has the secret, or it cannot be used.
        public static let unknownSecret = Code(value: .unknownSecret)
        /// The file system refused.
        public static let storage = Code(value: .storage)
        /// It failed in another way; the message has the words.
        public static let failed = Code(value: .failed)

        /// The code's name, as scripts see it.
        public var description: String { value.rawValue }
    }

    /// What kind of failure it is.
    public var code: Code
    /// What failed, on which value.
    public var message: String
    /// What the reader can do now; `nil` if there is nothing to do.
    public var fix: String?
    /// Whether the same call may succeed later without a change.
    public var isRetryable: Bool
    /// What a script may want to look at, by name.
    public var data: [String: LuaValue]

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        fix: String? = nil,
        isRetryable: Bool = false,
        data: [String: LuaValue] = [:]
    ) {
        self.code = code
        self.message = message
        self.fix = fix
        self.isRetryable = isRetryable
        self.data = data
    }

    /// The message, then the fix.
    public var luaMessage: String { fix.map { "\(message). \($0)" } ?? message }

    /// `code`, `message`, `fix` (absent if there is none), `retryable` and `data` (absent if there is none).
    public var luaFields: [String: LuaValue] {
        [
            "code": .string(code.description),
            "message": .string(message),
            "fix": fix.map(LuaValue.string) ?? .nil,
            "retryable": .boolean(isRetryable),
            "data": data.isEmpty ? .nil : .record(data),
        ]
    }
}

extension ScriptError: CustomStringConvertible {
    /// The message, then the fix.
    public var description: String { luaMessage }
}
