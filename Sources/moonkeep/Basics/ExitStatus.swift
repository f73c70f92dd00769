import ArgumentParser
import BackupAPI
import LocalBackup
import PluginHost
import RunJournal

/// The exit codes of the command.
enum ExitStatus {
    /// It failed.
    static let failed = ExitCode(1)
    /// The call or the site file is wrong.
    static let usage = ExitCode(2)
    /// It ended, and somebody should look at it.
    static let warning = ExitCode(3)
    /// A person must decide before it can go on.
    static let parked = ExitCode(4)
    /// The script may not do what it wants.
    static let refused = ExitCode(5)
    /// A limit of time was reached.
    static let timedOut = ExitCode(124)
    /// It was cancelled.
    static let cancelled = ExitCode(130)

    /// The code of a run's end.
    static func of(_ result: RunResult) -> ExitCode {
        if result.failure?.code == "permission_denied" { return refused }
        switch result.status {
        case .parked: return parked
        case .timedOut: return timedOut
        case .cancelled: return cancelled
        default: break
        }
        return switch result.outcome {
        case .ok, .skipped: .success
        case .warning: warning
        case .stopped: cancelled
        case .failed, .missed: failed
        }
    }
}

/// What a command could not do, for the person who typed it.
struct CommandError: Error, CustomStringConvertible {
    let message: String
    let fix: String?
    let status: ExitCode

    init(_ message: String, fix: String? = nil, status: ExitCode = ExitStatus.usage) {
        self.message = message
        self.fix = fix
        self.status = status
    }

    /// The words of a service's error; what the person gave is wrong where the site or a name is.
    init(_ error: BackupError) {
        let isUsage = [.unknownConfiguration, .unknownBackup, .invalidConfiguration].contains(error.code)
        self.init(error.message, fix: error.fix, status: isUsage ? ExitStatus.usage : ExitStatus.failed)
    }

    /// The words of the journal's error.
    init(_ error: JournalError) {
        let isUsage = [.unknownRun, .ambiguousRun].contains(error.code)
        self.init(error.message, fix: error.fix, status: isUsage ? ExitStatus.usage : ExitStatus.failed)
    }

    var description: String { fix.map { "\(message). \($0)" } ?? message }

    /// Runs a command's work; the errors of the rooms below become the command's own.
    static func naming<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as BackupError {
            throw CommandError(error)
        } catch let error as WorkflowError {
            throw CommandError("\(error.script): \(error.message)", fix: error.fix)
        } catch let error as JournalError {
            throw CommandError(error)
        }
    }
}
