import ArgumentParser
import LuaKit
import PluginHost

/// The options of every command that executes scripts.
struct RunLimits: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long the script may run, not counting waits: 90s, 15m, 4h.",
            valueName: "duration"
        )
    )
    var timeLimit: String?

    @Option(help: ArgumentHelp("How much memory the script may use: 512KiB, 64MiB, 1GiB.", valueName: "size"))
    var memoryLimit: String?

    func limits() throws -> LuaLimits {
        var limits = LuaLimits()
        if let timeLimit {
            guard let duration = try? TimeSpan.read(.string(timeLimit)), duration > .zero else {
                throw CommandError(
                    "--time-limit '\(timeLimit)' is no duration",
                    fix: "Write, for example, 90s, 15m or 4h."
                )
            }
            limits.runningTime = duration
        }
        if let memoryLimit {
            guard let bytes = try? ByteSize.read(.string(memoryLimit)), (1...1 << 40).contains(bytes) else {
                throw CommandError(
                    "--memory-limit '\(memoryLimit)' is no size",
                    fix: "Write, for example, 512KiB, 64MiB or 1GiB."
                )
            }
            limits.memoryBytes = Int(bytes)
        }
        return limits
    }
}
