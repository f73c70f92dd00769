/// Stands in for the servers and programs that scripts reach, in tests of scripts.
public protocol OutsideDouble: Sendable {
    /// The answer to a request; what it throws the script gets. Redirects are followed, permissions and limits hold.
    func answer(to request: WebRequest) async throws -> WebAnswer
    /// How a program ends; what it throws the script gets.
    func end(of call: ProgramCall) async throws -> ProgramEnd
}

/// A request as a server would get it.
public struct WebRequest: Hashable, Sendable {
    /// `GET`, `POST`, …
    public var method: String
    /// The whole address.
    public var url: String
    /// Values by names in small letters; those of one name are joined by commas.
    public var headers: [String: String]
    /// The body; empty for none.
    public var body: [UInt8]
}

/// An answer of a server.
public struct WebAnswer: Hashable, Sendable {
    /// The status.
    public var status: Int
    /// Values by names.
    public var headers: [String: String]
    /// The body.
    public var body: [UInt8]

    /// Makes an answer.
    public init(status: Int = 200, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What a double throws for a server that does not answer.
public struct ServerUnreachable: Error {
    /// Why, for example `Connection refused`.
    public var reason: String

    /// Makes the reason.
    public init(_ reason: String) {
        self.reason = reason
    }
}

/// A call of a program.
public struct ProgramCall: Hashable, Sendable {
    /// The program as the script writes it, then its arguments.
    public var command: [String]
    /// The variables that it gets.
    public var environment: [String: String]
    /// What it reads.
    public var input: [UInt8]
    /// Its working folder.
    public var folder: String
}

/// How a program ends.
public struct ProgramEnd: Hashable, Sendable {
    /// The exit code.
    public var exitCode: Int
    /// What it writes.
    public var output: [UInt8]
    /// What it writes to its error output.
    public var errors: [UInt8]
    /// How long it takes, by the clock of the run.
    public var duration: Duration

    /// Makes an end.
    public init(
        exitCode: Int = 0,
        output: [UInt8] = [],
        errors: [UInt8] = [],
        duration: Duration = .zero
    ) {
        self.exitCode = exitCode
        self.output = output
        self.errors = errors
        self.duration = duration
    }
}
