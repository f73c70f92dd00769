import BenchmarkTable
import Foundation
import RunJournal

/// What it costs to journal a step with an intent, against two bare commits of the same durability.
///
///     journal-steps [PAIRS [FOLDER]]
///
/// The bare ones are an `INSERT` and an `UPDATE` of a row of the same size through GRDB's `DatabaseQueue`, prepared once,
/// in WAL mode with `synchronous = FULL`, and awaited by a task as the journal's are. All are measured in turns in one
/// folder, so that the disk is in the same mood for all.
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
        let direct = try BareCommits(path: folder + "/direct.sqlite")
        let works: [(Int) async throws -> Void] = [
            { try await journaled.step($0) }, { try await bare.step($0) }, { try direct.stepDirectly($0) },
        ]
        var durations: [[Duration]] = [[], [], []]
        let (clock, warmUp) = (ContinuousClock(), 50)
        for sequence in 0..<warmUp + pairs {
            for turn in 0..<works.count {
                // Whoever comes second may profit or suffer from the first.
                let index = (sequence + turn) % works.count
                let duration = try await clock.measure { try await works[index](sequence) }
                if sequence >= warmUp { durations[index].append(duration) }
            }
        }
        let medians = durations.map { $0.sorted()[$0.count / 2] }
        table.row("two bare commits: median of \(pairs)", medians[1] / .milliseconds(1), "ms")
        table.row("a journaled step with an intent: median", medians[0] / .milliseconds(1), "ms")
        table.row("a journaled step against two bare commits", medians[0] / medians[1], "×", limit: 1.3)
        table.row("against two that no task awaits", medians[0] / medians[2], "×")
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
}
