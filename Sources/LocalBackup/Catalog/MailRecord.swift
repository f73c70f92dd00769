public import BackupAPI

/// A mail of the outbox: what became of telling somebody of a backup's end.
public struct MailRecord: Hashable, Sendable {
    /// Where a mail stands.
    public enum State: String, Codable, Sendable {
        /// It will be tried again.
        case waiting
        /// The mail server has accepted it.
        case sent
        /// The mail server does not take mail for the address.
        case refused
        /// It could not be sent within a day.
        case givenUp = "given_up"
    }

    /// The mail's id, which depends on the backup and the destination only; its `Message-ID` begins with it.
    public var id: String
    /// The backup that ended.
    public var backup: ResourceID<Backup>
    /// The address.
    public var destination: String
    /// What the mail is about, in a line.
    public var subject: String
    /// When it was written.
    public var createdTime: Timestamp
    /// Where it stands.
    public var state: State
    /// How often it was tried.
    public var attempts: Int
    /// When it will be tried next; `nil` when it will not.
    public var nextTime: Timestamp?
    /// What went wrong the last time; `nil` when nothing did.
    public var lastError: String?
}
