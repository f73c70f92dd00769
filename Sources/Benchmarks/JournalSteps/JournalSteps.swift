import BenchmarkTable
import Foundation
import RunJournal

/// What it costs to journal a step with an intent, against two bare commits of the same durability.
///
///     journal-steps [PAIRS [FOLDER]]
///
/// The bare ones are an `INSERT` and an `UPDATE` of a row of the same size through GRDB's `DatabaseQueue`, prepared once
/// and awaited by no task, in WAL mode with `synchronous = FULL`. Both are measured in turns in one folder, so that the
/// disk is in the same mood for both.
@main
struct JournalSteps {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let pairs = arguments.first.flatMap { Int($0) } ?? 2_000
        let base = arguments.dropFirst().first ?? NSTemporaryDirectory()
        let folder = base + "/journal-steps-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var table = Table()
        try await measureSteps(pairs, in: folder, &table)
        try await measureReading(10_000, in: folder, &table)
        if table.misses > 0 { exit(1) }
    }

    private static func measureSteps(_ pairs: Int, in folder: String, _ table: inout Table) async throws {
        let journaled = try await JournaledSteps(path: folder + "/journal.sqlite")
        let bare = try BareCommits(path: folder + "/bare.sqlite")
        for sequence in 0..<50 {
            try await journaled.step(sequence)
            try bare.step(sequence)
        }
        var (ours, theirs): ([Duration], [Duration]) = ([], [])
        let clock = ContinuousClock()
        for sequence in 50..<50 + pairs {
            // Whoever comes second may profit or suffer from the first.
            let isOursFirst = sequence.isMultiple(of: 2)
            if isOursFirst { ours.append(try await clock.measure { try await journaled.step(sequence) }) }
            theirs.append(try clock.measure { try bare.step(sequence) })
            if !isOursFirst { ours.append(try await clock.measure { try await journaled.step(sequence) }) }
        }
        let total = (ours.reduce(.zero, +), theirs.reduce(.zero, +))
        table.row("two bare commits: median of \(pairs)", median(theirs) / .milliseconds(1), "ms")
        table.row("a journaled step with an intent: median", median(ours) / .milliseconds(1), "ms")
        table.row(
            "a journaled step against two bare commits: median",
            median(ours) / median(theirs),
            "×",
            limit: 1.3
        )
        table.row("a journaled step against two bare commits: all together", total.0 / total.1, "×")
    }

    private static func measureReading(_ count: Int, in folder: String, _ table: inout Table) async throws {
        let journaled = try await JournaledSteps(path: folder + "/long.sqlite")
        let clock = ContinuousClock()
        let writing = try await clock.measure { try await journaled.ticks(count) }
        var found = 0
        let reading = try await clock.measure { found = try await journaled.readAll() }
        guard found == count else { throw CancellationError() }
        let large = try await clock.measure {
            for sequence in 0..<10 { try await journaled.largeStep(count + sequence, bytes: 1_048_576) }
        }
        table.row("\(count) ticks in batches of 50", writing / .milliseconds(1), "ms")
        table.row("a step with an answer of 1 MiB", large / .milliseconds(10), "ms")
        table.row("reading \(count) steps", reading / .milliseconds(1), "ms", limit: 300)
    }

    private static func median(_ durations: [Duration]) -> Duration {
        durations.sorted()[durations.count / 2]
    }
}
