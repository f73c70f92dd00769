/// One execution of a script.
public struct RunRecord: Hashable, Sendable, Identifiable {
    /// The run's id; any text that no other run has.
    public var id: String
    /// The script's name, for people.
    public var scriptName: String
    /// The SHA-256 of the script's source, in hexadecimal; ``RunStore/script(_:)`` returns the source.
    public var scriptSHA256: String
    /// The arguments, a JSON text.
    public var arguments: String
    /// Where it stands.
    public var status: RunStatus
    /// What came of it, in the host's words; `nil` while it is not over.
    public var outcome: String?
    /// What a person should read about the end; `nil` if there is nothing to say.
    public var message: String?
    /// How often it has been taken up; 1 for the first time.
    public var attempt: Int
    /// The seed of its random numbers.
    public var seed: Int64
    /// The process that executes it, or did.
    public var owner: RunOwner
    /// The number of the claim on it; each later claim has a greater one.
    public var fence: Int
    /// Until when its owner has it for sure, in microseconds since 1970-01-01T00:00:00Z. A later moment says that it has
    /// stopped or died.
    public var leaseEnd: Int64
    /// Whether a cancellation is asked for.
    public var isCancellationRequested: Bool
    /// When it began, in microseconds since 1970-01-01T00:00:00Z.
    public var started: Int64
    /// When it ended, in microseconds since 1970-01-01T00:00:00Z; `nil` while it is not over.
    public var ended: Int64?

    /// Makes a run; the defaults are those of one that begins.
    public init(
        id: String,
        scriptName: String,
        scriptSHA256: String,
        arguments: String = "{}",
        status: RunStatus = .running,
        outcome: String? = nil,
        message: String? = nil,
        attempt: Int = 1,
        seed: Int64,
        owner: RunOwner,
        fence: Int = 1,
        leaseEnd: Int64 = 0,
        isCancellationRequested: Bool = false,
        started: Int64,
        ended: Int64? = nil
    ) {
        self.id = id
        self.scriptName = scriptName
        self.scriptSHA256 = scriptSHA256
        self.arguments = arguments
        self.status = status
        self.outcome = outcome
        self.message = message
        self.attempt = attempt
        self.seed = seed
        self.owner = owner
        self.fence = fence
        self.leaseEnd = leaseEnd
        self.isCancellationRequested = isCancellationRequested
        self.started = started
        self.ended = ended
    }
}
