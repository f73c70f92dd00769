internal import GRDB

extension ScriptSource {
    init(row: Row) {
        self.init(sha256: row["sha256"], name: row["name"], text: row["source"], firstSeen: row["first_seen"])
    }

    func insertIfNew(into database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO script (sha256, name, source, first_seen) VALUES (?, ?, ?, ?)
                ON CONFLICT (sha256) DO NOTHING
                """,
            arguments: [sha256, name, text, firstSeen]
        )
    }
}

extension RunRecord {
    init(row: Row) {
        self.init(
            id: row["id"],
            scriptName: row["script_name"],
            scriptSHA256: row["script_sha256"],
            arguments: row["arguments"],
            status: RunStatus(rawValue: row["status"]),
            outcome: row["outcome"],
            message: row["message"],
            attempt: row["attempt"],
            seed: row["seed"],
            owner: RunOwner(
                processID: row["owner_process_id"],
                processStartTime: row["owner_process_start"],
                bootID: row["owner_boot_id"]
            ),
            started: row["started"],
            ended: row["ended"]
        )
    }

    func insert(into database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO run (
                    id, script_name, script_sha256, arguments, status, outcome, message, attempt, seed,
                    owner_process_id, owner_process_start, owner_boot_id, started, ended
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, scriptName, scriptSHA256, arguments, status.rawValue, outcome, message, attempt, seed,
                owner.processID, owner.processStartTime, owner.bootID, started, ended,
            ]
        )
    }
}
