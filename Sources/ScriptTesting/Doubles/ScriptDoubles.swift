public import BackupAPI
public import ScriptLibrary

/// What the modules of a tested script are made of, instead of the site's.
public struct ScriptDoubles: Sendable {
    /// Servers and programs.
    public let outside: any OutsideDouble
    /// Secrets.
    public let secrets: SecretsSettings
    /// Who can be told.
    public let notifiers: Notifiers
    /// What takes mails.
    public let sendMail: @Sendable (ScriptMail) async throws -> Void
    /// The folder of temporary files.
    public let temporaryFolder: String
    /// The time of day.
    public let now: @Sendable () -> Timestamp
}
