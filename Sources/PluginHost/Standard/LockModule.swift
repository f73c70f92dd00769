import BackupAPI
import LuaKit
import RunJournal

extension LockCalls {
    /// `lock`: one at a time, among all runs of the site.
    static var module: Module {
        Module("lock", "Makes runs of the site wait for one another.") {
            Function(
                "with",
                "Calls a function while the run holds a lock. A run that is interrupted keeps it until it is resumed or given up; 'moonkeep locks' shows who holds what.",
                .composite,
                Parameter<ShortName>(
                    "name",
                    "The lock's name, any text of at most 255 bytes, for example \"repo/main\"."
                ),
                Options<LockOptions>(),
                Parameter<Callback>("fn", "What to do.", type: "function(): any"),
                returns: "any: its first result",
                errors: ["permission_denied", "timed_out", "conflict"],
                needs: [.text("lock:NAME")]
            ) { run, name, options, function in
                try await LockCalls(run).with(name, options, function)
            }
            Function(
                "acquire",
                "Takes a lock, as 'with' does, and answers it: 'local held <close> = lock.acquire(\"repo/main\")' frees it where the block ends, 'held:release()' before.",
                .composite,
                Parameter<ShortName>(
                    "name",
                    "The lock's name, any text of at most 255 bytes, for example \"repo/main\"."
                ),
                Options<LockOptions>(),
                returns: "Lock: what is held, at the latest until the run is over",
                errors: ["permission_denied", "timed_out", "conflict"],
                needs: [.text("lock:NAME")]
            ) { run, name, options in
                .object(try await LockCalls(run).acquire(name, options))
            }
        }
        .documented(types: StandardDocumentation.lockTypes, examples: StandardDocumentation.lockExamples)
    }
}

/// The options of `lock.with` and `lock.acquire`.
struct LockOptions: OptionTable {
    var mode: Option<LockModeName>?
    var wait: Option<TimeSpan>?

    static let fields: [ParameterDescription] = [
        .absent(
            "mode",
            "\"exclusive\" or \"shared\"",
            "\"exclusive\", or \"shared\" with others that ask for it so. Default: exclusive."
        ),
        .absent("wait", "duration", "Raise 'timed_out' after so long without it. Default: wait for ever."),
    ]
}

/// How a lock is held.
enum LockModeName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> LockMode {
        guard let mode = value.text.flatMap(LockMode.init(rawValue:)) else {
            throw ArgumentProblem("\"shared\" or \"exclusive\" expected, got \(value.shown)")
        }
        return mode
    }
}
