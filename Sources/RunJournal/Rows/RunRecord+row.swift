internal import Storage

extension StepKind: SQLConvertible {}
extension RunStatus: SQLConvertible {}
extension SlotState: SQLConvertible {}
extension LockMode: SQLConvertible {}
extension StepState: SQLConvertible {}

extension ScriptSource {
    static let columns = "sha256, name, source, first_seen"

    init(row: inout Row) throws {
        self.init(
            sha256: try row.next(),
            name: try row.next(),
            text: try row.next(),
            firstSeen: try row.next()
        )
    }

    func insertIfNew(_ transaction: Transaction) throws {
        try transaction.execute(
            "INSERT INTO script (\(Self.columns)) VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING",
            [sha256, name, text, firstSeen]
        )
    }
}

extension RunRecord {
    static let columns = """
        id, script_name, script_sha256, arguments, status, outcome, message, attempt, seed, owner_process_id, \
        owner_process_start, owner_boot_id, fence, lease_end, cancel_requested, started, ended
        """

    init(row: inout Row) throws {
        self.init(
            id: try row.next(),
            scriptName: try row.next(),
            scriptSHA256: try row.next(),
            arguments: try row.next(),
            status: try row.next(),
            outcome: try row.next(),
            message: try row.next(),
            attempt: try row.next(),
            seed: try row.next(),
            owner: RunOwner(
                processID: try row.next(),
                processStartTime: try row.next(),
                bootID: try row.next()
            ),
            fence: try row.next(),
            leaseEnd: try row.next(),
            isCancellationRequested: try row.next(),
            started: try row.next(),
            ended: try row.next()
        )
    }

    /// Records that the run begins on a source. Throws `conflict` when its id is taken.
    func begin(_ source: ScriptSource, _ transaction: Transaction) throws -> RunClaim {
        try source.insertIfNew(transaction)
        let count = try transaction.execute(
            """
            INSERT INTO run (\(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                id, scriptName, scriptSHA256, arguments, status, outcome, message, attempt, seed,
                owner.processID, owner.processStartTime, owner.bootID, fence, leaseEnd,
                isCancellationRequested, started, ended,
            ]
        )
        guard count > 0 else { throw JournalError.recordedAlready(run: id) }
        return RunClaim(run: id, fence: fence)
    }

    /// Ends or parks a run; one that is over holds no locks.
    static func end(_ id: String, _ end: RunEnd, _ transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE run SET status = $1, outcome = $2, message = $3, ended = $4 WHERE id = $5",
            [end.status, end.outcome, end.message, end.status.isOver ? end.ended : nil, id]
        )
        guard end.status.isOver else { return }
        try transaction.execute("DELETE FROM lock WHERE run = $1", [id])
        try transaction.execute("DELETE FROM lock_wait WHERE run = $1", [id])
    }
}

/// What decides whether a run may be written for.
struct RunStanding {
    let fence: Int
    let status: RunStatus

    /// It stays so until the transaction is over; `isChanged` when the transaction itself is to change it. Throws `unknown_run`.
    init(of run: String, isChanged: Bool = false, _ transaction: Transaction) throws {
        let lock = isChanged ? "{change}" : "{share}"
        let found = try transaction.first("SELECT fence, status FROM run WHERE id = $1 \(lock)", [run]) {
            row in
            (fence: try row.next() as Int, status: try row.next() as RunStatus)
        }
        guard let found else { throw JournalError.unknownRun(run) }
        (fence, status) = found
    }

    /// Throws `conflict` when the run is over.
    func expectOpen(_ run: String) throws {
        if status.isOver { throw JournalError.alreadyOver(run, status: status) }
    }
}

extension RunClaim {
    /// Throws `unknown_run`, and `claim_lost` when another host has taken the run.
    @discardableResult
    func check(isChanged: Bool = false, _ transaction: Transaction) throws -> RunStanding {
        let standing = try RunStanding(of: run, isChanged: isChanged, transaction)
        guard standing.fence == fence else { throw JournalError.claimLost(self) }
        return standing
    }

    /// The same, and throws `conflict` when the step is one of another run.
    @discardableResult
    func check(_ step: StepKey, _ transaction: Transaction) throws -> RunStanding {
        let standing = try check(transaction)
        try expectOwn(step)
        return standing
    }

    /// Throws `conflict` when the step is one of another run.
    func expectOwn(_ step: StepKey) throws {
        guard step.run == run else { throw JournalError.otherRunsStep(step, self) }
    }
}
