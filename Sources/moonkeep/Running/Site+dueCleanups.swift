import ArgumentParser
import BackupAPI
import LocalBackup
import PluginHost

extension Site {
    /// Starts the cleanups that are due at the end of a command and waits for them; answers whether all went well.
    ///
    /// A signal leaves them to go on; what they have not begun yet then the next command of the site does, or
    /// 'moonkeep serve'.
    func cleanUpWhatIsDue(_ service: any BackupService) async -> Bool {
        guard let local = service as? LocalBackupService else { return true }
        let task = Task {
            var isWell = true
            for started in try await local.startDueCleanups() {
                let ended = try await Self.end(of: started.id, in: local)
                guard ended.state.outcome != .ok else { continue }
                isWell = false
                let errors = try await local.errors(ofCleanup: ended.id)
                let words = errors.diagnostics.flatMap { $0.isEmpty ? nil : $0 } ?? errors.reason
                Self.say("the cleanup that was due ended as \(ended.state): \(words)")
            }
            return isWell
        }
        let interruption = Interruption(cancelling: task) {
            Console.standardError.writeLine("the cleanup goes on by itself")
        }
        defer { interruption.end() }
        do {
            return try await task.value
        } catch is CancellationError {
            return true
        } catch {
            Self.say("what is due cannot be cleaned up: \(error)")
            return false
        }
    }

    /// Waits; who sits at a terminal is told what is waited for.
    private static func end(of id: ResourceID<Cleanup>, in service: LocalBackupService) async throws
        -> Cleanup
    {
        var pauses = 0
        while true {
            let cleanup = try await service.cleanup(id)
            if cleanup.state.isFinal { return cleanup }
            try await Task.sleep(for: .milliseconds(200))
            pauses += 1
            if pauses == 5, Console.standardError.isTerminal {
                say("cleaning up; Ctrl-C leaves it to go on by itself")
            }
        }
    }

    private static func say(_ text: String) {
        Console.standardError.writeLine("moonkeep: \(text)".printable)
    }
}

extension ExitStatus {
    /// The code of a run's end, after what is due was cleaned up: a cleanup that did not go well is a warning at least.
    static func of(_ result: RunResult, isCleanedUp: Bool) -> ExitCode {
        let code = of(result)
        return code == .success && !isCleanedUp ? warning : code
    }
}
