import BackupAPI
import GRDB

/// The mails about ends of backups, and the ends that nobody was told of yet.
struct Outbox: Sendable {
    let file: CatalogFile

    /// Notes, in the transaction that ends a backup, that people are to be told. Where nobody tells them within a
    /// day, the note goes.
    static func noteEnd(of row: BackupRow, _ database: Database) throws {
        let time = row.endedTime ?? row.createdTime
        try database.execute(
            sql: "DELETE FROM ended_backup WHERE time < ?",
            arguments: [time - 86_400_000_000]
        )
        try database.execute(
            sql: "INSERT OR IGNORE INTO ended_backup VALUES (?, ?)",
            arguments: [row.id, time]
        )
    }

    /// The backups that ended and whose mails are not written yet, in the order of their starts.
    func endedBackups() async throws -> [BackupRow] {
        try await file.read { database in
            try BackupRow.fetchAll(
                database,
                sql: "SELECT * FROM backup WHERE id IN (SELECT backup_id FROM ended_backup) ORDER BY number"
            )
        }
    }

    /// Writes the mails about a backup; there are none to write after that. One transaction.
    func addMails(_ mails: [MailRow], of backup: String) async throws {
        try await file.write { database in
            for var mail in mails { try mail.insert(database, onConflict: .ignore) }
            try database.execute(sql: "DELETE FROM ended_backup WHERE backup_id = ?", arguments: [backup])
        }
    }

    /// The mails whose time has come, oldest first.
    func mailsDue(now: Timestamp) async throws -> [MailRow] {
        try await file.read { database in
            try MailRow.filter(Column("next_time") <= now.microseconds).order(Column("number")).fetchAll(
                database
            )
        }
    }

    /// When the next mail is due; `nil` when none waits.
    func nextMailTime() async throws -> Timestamp? {
        try await file.read { database in
            try Int64.fetchOne(database, sql: "SELECT min(next_time) FROM mail WHERE next_time IS NOT NULL")
                .map(Timestamp.init(microseconds:))
        }
    }

    /// The mails about a backup, in the order of the writing.
    func mails(about backup: String) async throws -> [MailRow] {
        try await file.read { database in
            try MailRow.filter(Column("backup") == backup).order(Column("number")).fetchAll(database)
        }
    }

    func save(_ mail: MailRow) async throws {
        try await file.write { database in
            var mail = mail
            try mail.save(database)
        }
    }
}
