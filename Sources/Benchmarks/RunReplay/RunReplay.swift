import BackupAPI
import BackupTesting
import BenchmarkTable
import Foundation
import LuaKit
import PluginHost
import RunJournal

/// What it costs that a run survives: taking up a run with many recorded steps, observations, and a whole step with an
/// intent, from the script's call to its answer.
///
///     run-replay [STEPS [FOLDER]]
@main
struct RunReplay {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let steps = arguments.first.flatMap { Int($0) } ?? 10_000
        let base = arguments.dropFirst().first ?? NSTemporaryDirectory()
        let folder = base + "/run-replay-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var table = Table()
        try await measureResuming(steps, in: folder, &table)
        try await measureObservations(1_000, &table)
        try await measureSteps(1_000, in: folder, &table)
        if table.misses > 0 { exit(1) }
    }

    private static func measureResuming(_ count: Int, in folder: String, _ table: inout Table) async throws {
        let site = try BenchSite(journal: try RunStore(path: folder + "/resuming.sqlite"))
        let script = "for i = 1, \(count) do time.now() end print('stop') time.now()"
        try await site.run(script, stoppingAt: "stop")
        let clock = ContinuousClock()
        var (starts, resumes, replays): ([Double], [Double], [Double]) = ([], [], [])
        for turn in 0..<5 {
            let other = try BenchSite(journal: try RunStore(path: folder + "/start\(turn).sqlite"))
            starts.append(try await clock.measure { try await other.run("time.now()") } / .seconds(1))
            let run = try await site.journal.run("r1")
            let taken = try await clock.measure { try await site.resume(run) }
            resumes.append(taken / .seconds(1))
            replays.append(try await clock.measure { try await site.replay(run) } / .seconds(1))
        }
        table.title("A run with \(count) recorded steps, medians of 5")
        table.row("starting a run", starts.median, "s")
        table.row(
            "resuming it to its next step, more than that",
            resumes.median - starts.median,
            "s",
            limit: 1
        )
        table.row("replaying it", replays.median, "s")
    }

    private static func measureObservations(_ count: Int, _ table: inout Table) async throws {
        var writes: [Double] = []
        for observed in [0, count] {
            let counter = Counter()
            let store = RunStore().watched { _ in
                counter.add()
                return nil
            }
            let site = try BenchSite(journal: store)
            try await site.run("for i = 1, \(observed) do log.info('x', { i = i }) print(i) end time.now()")
            writes.append(Double(counter.count))
        }
        table.title("A run of \(count) log messages and as many printed lines")
        table.row("writes of a run without them", writes[0], "writes")
        table.row("more writes with them", writes[1] - writes[0], "writes", limit: 0)
    }

    /// In turns, so that the disk is in the same mood for both.
    private static func measureSteps(_ count: Int, in folder: String, _ table: inout Table) async throws {
        let bare = try BareCommits(path: folder + "/bare.sqlite")
        let (clock, turns) = (ContinuousClock(), 10)
        var (commits, steps): ([Double], [Double]) = ([], [])
        for turn in 0..<turns {
            let site = try BenchSite(journal: try RunStore(path: folder + "/steps\(turn).sqlite"))
            let sequences = turn * count / turns..<(turn + 1) * count / turns
            let committing = try await clock.measure {
                for sequence in sequences { try await bare.step(sequence) }
            }
            let script = "for i = 1, \(sequences.count) do task.sleep(0) end"
            let running = try await clock.measure { try await site.run(script) }
            commits.append(committing / .milliseconds(1) / Double(sequences.count))
            steps.append(running / .milliseconds(1) / Double(sequences.count))
        }
        table.title("A step with an intent, from the script's call to its answer, medians of \(turns) turns")
        table.row("two bare commits", commits.median, "ms")
        table.row("a step", steps.median, "ms")
        table.row("a step against two bare commits", steps.median / commits.median, "×")
    }
}
