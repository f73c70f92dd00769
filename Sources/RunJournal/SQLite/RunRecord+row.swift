internal import GRDB

extension ScriptSource {
    static let columns = "sha256, name, source, first_seen"

    init(row: Row) {
        self.init(sha256: row[0], name: row.text(1), text: row.text(2), firstSeen: row[3])
    }

    func insertIfNew(into database: Database) throws {
        try database.run(
            """
            INSERT INTO script (\(Self.columns)) VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), ?)
            ON CONFLICT (sha256) DO NOTHING
            """,
            [sha256, name.bytes, text.bytes, firstSeen]
        )
    }
}

extension RunRecord {
    static let columns = """
        id, script_name, script_sha256, arguments, status, outcome, message, attempt, seed, owner_process_id, \
        owner_process_start, owner_boot_id, fence, lease_end, cancel_requested, started, ended
        """

    init(row: Row) {
        self.init(
            id: row[0],
            scriptName: row.text(1),
            scriptSHA256: row[2],
            arguments: row[3],
            status: RunStatus(rawValue: row[4]),
            outcome: row[5],
            message: row.optionalText(6),
            attempt: row[7],
            seed: row[8],
            owner: RunOwner(processID: row[9], processStartTime: row[10], bootID: row[11]),
            fence: row[12],
            leaseEnd: row[13],
            isCancellationRequested: row[14],
            started: row[15],
            ended: row[16]
        )
    }

    func insert(into database: Database) throws {
        let values = """
            ?, CAST(? AS TEXT), ?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
            """
        try database.run(
            "INSERT INTO run (\(Self.columns)) VALUES (\(values))",
            [
                id, scriptName.bytes, scriptSHA256, arguments, status.rawValue, outcome, message?.bytes,
                attempt, seed,
                owner.processID, owner.processStartTime, owner.bootID, fence, leaseEnd,
                isCancellationRequested, started, ended,
            ]
        )
    }

    /// Ends or parks a run; one that is over holds no locks.
    static func end(_ id: String, _ end: RunEnd, in database: Database) throws {
        try database.run(
            "UPDATE run SET status = ?, outcome = ?, message = CAST(? AS TEXT), ended = ? WHERE id = ?",
            [end.status.rawValue, end.outcome, end.message?.bytes, end.status.isOver ? end.ended : nil, id]
        )
        guard end.status.isOver else { return }
        try database.run("DELETE FROM lock WHERE run = ?", [id])
        try database.run("DELETE FROM lock_wait WHERE run = ?", [id])
    }
}

/// What decides whether a run may be written for.
struct RunStanding {
    let fence: Int
    let status: RunStatus

    /// Throws `unknown_run`.
    init(of run: String, in database: Database) throws {
        let found = try database.first("SELECT fence, status FROM run WHERE id = ?", [run]) { row in
            (fence: row[0] as Int, status: RunStatus(rawValue: row[1]))
        }
        guard let found else { throw JournalError.unknownRun(run) }
        (fence, status) = found
    }

    func expectOpen(_ run: String) throws {
        if status.isOver { throw JournalError.alreadyOver(run, status: status) }
    }
}

extension RunClaim {
    /// Throws `unknown_run`, and `claim_lost` when another host has taken the run.
    @discardableResult
    func check(in database: Database) throws -> RunStanding {
        let standing = try RunStanding(of: run, in: database)
        guard standing.fence == fence else { throw JournalError.claimLost(self) }
        return standing
    }

    /// The same, and throws `conflict` when the step is one of another run.
    func check(_ step: StepKey, in database: Database) throws {
        try check(in: database)
        try checkRun(of: step)
    }

    /// Throws `conflict` when the step is one of another run.
    func checkRun(of step: StepKey) throws {
        guard step.run == run else { throw JournalError.otherRunsStep(step, self) }
    }
}
