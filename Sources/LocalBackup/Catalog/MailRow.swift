import BackupAPI
import GRDB

/// A mail as the catalog has it. Times are microseconds since 1970, as in `Timestamp`.
struct MailRow: Codable, FetchableRecord, MutablePersistableRecord, Sendable {
    static let databaseTableName = "mail"
    static let databaseColumnEncodingStrategy = DatabaseColumnEncodingStrategy.convertToSnakeCase
    static let databaseColumnDecodingStrategy = DatabaseColumnDecodingStrategy.convertFromSnakeCase

    /// Ascending in the order of the writing.
    var number: Int64?
    var id: String
    var backup: String
    var destination: String
    var subject: String
    var body: String
    var state = MailRecord.State.waiting
    var createdTime: Int64
    /// `nil` when it will not be tried again.
    var nextTime: Int64?
    var attempts = 0
    var lastError = ""

    init(to destination: String, about backup: String, subject: String, body: String, now: Timestamp) {
        id = StableID.uuid(of: "mail:\(backup):\(destination)")
        self.backup = backup
        self.destination = destination
        self.subject = subject
        self.body = body
        createdTime = now.microseconds
        nextTime = now.microseconds
    }

    mutating func didInsert(_ inserted: InsertionSuccess) {
        number = inserted.rowID
    }

    mutating func end(_ state: MailRecord.State) {
        self.state = state
        nextTime = nil
        if state == .sent { lastError = "" }
    }

    var record: MailRecord {
        MailRecord(
            id: id,
            backup: ResourceID(backup),
            destination: destination,
            subject: subject,
            createdTime: Timestamp(microseconds: createdTime),
            state: state,
            attempts: attempts,
            nextTime: nextTime.map(Timestamp.init(microseconds:)),
            lastError: lastError.isEmpty ? nil : lastError
        )
    }
}
