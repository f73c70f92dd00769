/// Why a server cannot be started, or its tokens not be read: what failed, on which value, and what to do about it.
///
/// What goes wrong with a single request is no error of the server's; it is answered with a status and a message.
public struct ServerError: Error, Sendable {
    /// What kind of failure it is, for a program to switch on.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case plainText = "plain_text"
            case address
            case certificate
            case tokenFile = "token_file"
            case tokenFileBusy = "token_file_busy"
            case unknownToken = "unknown_token"
            case unknownUser = "unknown_user"
            case userTaken = "user_taken"
            case invalidName = "invalid_name"
        }

        private let value: Value

        /// The address is open to other hosts, and the connection would not be encrypted.
        public static let plainText = Code(value: .plainText)
        /// The address cannot be listened on.
        public static let address = Code(value: .address)
        /// The certificate or its key cannot be read.
        public static let certificate = Code(value: .certificate)
        /// The file of the tokens cannot be read or written, or others may.
        public static let tokenFile = Code(value: .tokenFile)
        /// Another program keeps the file of the tokens locked.
        public static let tokenFileBusy = Code(value: .tokenFileBusy)
        /// No token has this id.
        public static let unknownToken = Code(value: .unknownToken)
        /// No user has this name.
        public static let unknownUser = Code(value: .unknownUser)
        /// Another user has this name.
        public static let userTaken = Code(value: .userTaken)

        /// The name of a token or a user is empty or too long.
        public static let invalidName = Code(value: .invalidName)

        /// The code's name, as scripts and JSON see it.
        public var description: String { value.rawValue }
    }

    /// What kind of failure it is.
    public var code: Code
    /// What failed, on which value.
    public var message: String
    /// What the reader can do now; `nil` if there is nothing to do.
    public var fix: String?
    /// The failure below this one; `nil` if there is none.
    public var cause: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, fix: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.fix = fix
        self.cause = cause
    }
}

extension ServerError: CustomStringConvertible {
    /// The message, then the fix.
    public var description: String { fix.map { "\(message). \($0)" } ?? message }
}

extension ServerError {
    static func plainText(host: String) -> ServerError {
        ServerError(
            .plainText,
            "tokens would cross the network unencrypted: '\(host)' is open to other hosts, and there is no TLS",
            fix: "Give a certificate and its key, listen on 127.0.0.1, or allow plain text explicitly."
        )
    }

    static func address(_ host: String, _ port: Int, cause: any Error) -> ServerError {
        ServerError(
            .address,
            "cannot listen on \(host):\(port): \(cause)",
            fix: "Stop the program that uses the port, or choose another.",
            cause: cause
        )
    }

    static func certificate(_ path: String, cause: any Error) -> ServerError {
        ServerError(
            .certificate,
            "'\(path)' is no certificate or key in PEM form: \(cause)",
            fix: "Give the paths of a PEM certificate chain and of its private key.",
            cause: cause
        )
    }

    static func tokenFile(_ problem: String, _ path: String, fix: String? = nil) -> ServerError {
        ServerError(.tokenFile, "the token file '\(path)' \(problem)", fix: fix)
    }

    static func tokenFileBusy(_ path: String) -> ServerError {
        ServerError(
            .tokenFileBusy,
            "the token file '\(path)' is in use by another program",
            fix: "Try again when that is done."
        )
    }

    static func unknownToken(_ id: String) -> ServerError {
        ServerError(.unknownToken, "no token has the id '\(id)'", fix: "List the tokens to see their ids.")
    }

    static func unknownUser(_ name: String) -> ServerError {
        ServerError(.unknownUser, "no user has the name '\(name)'")
    }

    static func invalidName(bytes: Int) -> ServerError {
        ServerError(.invalidName, "a name must have 1 to 255 bytes, and this one has \(bytes)")
    }

    static func userTaken(_ name: String) -> ServerError {
        ServerError(
            .userTaken,
            "there is a user '\(name)' already",
            fix: "Remove it first, or choose another name."
        )
    }
}
