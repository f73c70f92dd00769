import BackupAPI
import Foundation
import HostSystem
import LuaKit
import PluginHost
import Synchronization

/// What a resumed run does with a program of before that lives still: the option `on_running`.
enum RunningFate: ParameterKind {
    static var typeName: String { "string" }

    static let field = ParameterDescription(
        "on_running",
        "\"wait\" or \"end\"",
        "What a resumed run does first where the program that was started before still runs: \"wait\" until it has ended, at most until its timeout, which ends it then, or \"end\" it with all that it started. Default: wait.",
        isOptional: true
    )

    static func read(_ value: LuaValue) throws -> String {
        guard let text = value.text, ["wait", "end"].contains(text) else {
            throw LuaConversionError("\"wait\" or \"end\" expected, got \(value.shown)")
        }
        return text
    }
}

extension Shell {
    /// Makes sure that no program lives that a dead host has started for the step: two would run at once.
    ///
    /// `began` is when the step began. Throws `CancellationError` alone.
    func settle(_ step: String, since began: Timestamp, _ options: ShellOptions) async throws {
        for file in HeldFile.all(of: step, in: heldFolder) {
            guard let lock = try await lock(of: file, since: began, options) else { continue }
            guard options.onUnknown?.value == "retry" else {
                file.remove()
                continue
            }
            run.attachment { TakenLocks() }.add(step, file, lock)
        }
    }

    /// Waits until a program has ended, and takes its lock; `nil` where there is no file any more.
    private func lock(of file: HeldFile, since began: Timestamp, _ options: ShellOptions) async throws
        -> FileLock?
    {
        let time = run.time(options.timeout?.value ?? ChildProcess.longest, since: began)
        var isTold = false
        var grace = options.onRunning?.value == "end" ? ChildProcess.grace : nil
        var pause = Duration.milliseconds(100)
        while true {
            do {
                if let lock = try file.take() { return lock }
                guard file.exists else { return nil }
            } catch {
                return nil
            }
            if time.isOver, grace == nil { grace = ChildProcess.grace }
            if !isTold { tell(isEnding: grace != nil) }
            isTold = true
            if let left = grace {
                file.send(left > .zero ? SIGTERM : SIGKILL)
                grace = max(.zero, left - pause)
            }
            try await run.environment.clock.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func tell(isEnding: Bool) {
        run.observe(
            .log(
                .warn,
                "a program that the run has started before still runs: it is \(isEnding ? "ended" : "waited for")",
                fields: .record([:])
            )
        )
    }

    /// Where the files lie that programs of the run hold.
    var heldFolder: String { TemporaryFolders(base: temporaryFolder).folder(of: run.id) }
}

/// The locks of programs that have ended, held until the step is done again: a program that comes late finds them taken.
final class TakenLocks: Sendable {
    private let taken = Mutex<[String: [(file: HeldFile, lock: FileLock)]]>([:])

    func add(_ step: String, _ file: HeldFile, _ lock: FileLock) {
        taken.withLock { $0[step, default: []].append((file, lock)) }
    }

    /// Removes the files of a step, and lets go of their locks.
    func release(_ step: String) {
        for (file, _) in taken.withLock({ $0.removeValue(forKey: step) ?? [] }) { file.remove() }
    }
}
