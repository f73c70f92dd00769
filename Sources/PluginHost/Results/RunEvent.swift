public import BackupAPI
public import LuaKit

/// A piece of news of a run, in the order in which it happens.
public enum RunEvent: Sendable {
    /// The run has begun.
    case started(run: String, script: String)
    /// The run has been taken up again: what it did the first time is not told again.
    case resumed(run: String, script: String, attempt: Int)
    /// The script printed a line.
    case output(String)
    /// The script logged a message; `fields` is a record.
    case log(LogLevel, String, fields: LuaValue)
    /// The script has asked a person, and waits; the question may be decided meanwhile.
    case asked(OpenQuestion)
    /// A backup was started.
    case backupStarted(Backup, configuration: String)
    /// A backup that the script waits for has moved on.
    case backupProgress(BackupUpdate, configuration: String)
    /// A backup that the script waited for or started is over; once for each.
    case backupFinished(Backup, configuration: String)
    /// The run is over.
    case finished(RunResult)
}

/// How much a log message matters.
public enum LogLevel: String, Sendable, CaseIterable {
    /// For whoever looks for a fault.
    case debug
    /// Good to know.
    case info
    /// Look at it.
    case warn
    /// Something failed.
    case error
}
