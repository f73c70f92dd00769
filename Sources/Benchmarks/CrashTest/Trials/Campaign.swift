import BackupTesting
import Foundation

/// All runs over one back end: a sweep of the points at which a worker can die, then deaths in any number at any moment.
struct Campaign: Sendable {
    let backEnd: any BackEnd
    let workflows: [Workflow]
    let folder: String
    let seed: UInt64
    /// How many runs of one workflow go on at a time.
    let width: Int
    /// Every so-manieth point of the sweep is tried.
    let stride: Int
    /// How many runs of each workflow die up to five times at random points, and how many at random moments.
    let randomRuns: Int
    /// Whether workers can be put into a PID namespace of their own.
    var canContain = false

    func run() async throws -> Tally {
        try await withThrowingTaskGroup(of: Tally.self) { group in
            for workflow in workflows { group.addTask { try await run(workflow) } }
            var tally = Tally(backEnd.name)
            for try await part in group { tally.add(part) }
            return tally
        }
    }

    private func run(_ workflow: Workflow) async throws -> Tally {
        let expected = try await trial(workflow, [], seed: seed)
        guard let account = expected.account, expected.lost(than: expected) == 0 else {
            throw CrashTestError(
                "\(backEnd.name): '\(workflow.name)' does not run undisturbed: "
                    + (expected.problems + expected.notes).joined(separator: "; ")
            )
        }
        var tally = Tally(backEnd.name)
        try await sweep(workflow, expected, &tally)
        try await deaths(workflow, expected, &tally)
        if backEnd.hasVictims { try await otherDeaths(workflow, expected, &tally) }
        let fate = tally.isClean ? "as undisturbed: \(account.status)" : "FAILED"
        say("\(backEnd.name), \(workflow.name): \(tally.runs) runs, \(tally.kills) kills, \(fate)")
        for complaint in tally.complaints { say("  \(complaint)") }
        return tally
    }

    /// One death at each point.
    private func sweep(_ workflow: Workflow, _ expected: TrialResult, _ tally: inout Tally) async throws {
        var point = 1
        while true {
            let points = (0..<width).map { point + $0 * stride }
            let results = try await trials(workflow, points.map { [.atPoint($0)] }, seed: UInt64(point))
            for (point, result) in zip(points, results) where result.kills > 0 {
                tally.add(result, expected: expected, "\(workflow.name), death at point \(point)")
            }
            guard results.allSatisfy({ $0.kills > 0 }) else { return }
            point += width * stride
        }
    }

    /// Up to five deaths at random points, and at random moments.
    private func deaths(_ workflow: Workflow, _ expected: TrialResult, _ tally: inout Tally) async throws {
        var random = SplitMix(state: seed ^ UInt64(workflow.name.count))
        var plans: [[Death]] = []
        for index in 0..<randomRuns * 2 {
            let count = Int.random(in: 2...5, using: &random)
            plans.append(
                (0..<count).map { _ in
                    guard index.isMultiple(of: 2) else {
                        return .atPoint(.random(in: 1...30, using: &random))
                    }
                    return .after(expected.duration * Double.random(in: 0...1, using: &random))
                }
            )
        }
        try await add(plans, of: workflow, expected, seed: 1_000, &tally)
    }

    /// Deaths of what the workers have started, alone, with the worker, and with its container. Of one backup restic may die
    /// once: what kills every attempt may be the backup itself, and that ends as failed.
    private func otherDeaths(_ workflow: Workflow, _ expected: TrialResult, _ tally: inout Tally) async throws
    {
        var random = SplitMix(state: seed ^ 0x5eed ^ UInt64(workflow.name.count))
        var plans: [[Death]] = []
        for _ in 0..<randomRuns * 2 {
            func moment() -> Duration { expected.duration * Double.random(in: 0...1, using: &random) }
            plans.append([.everything(moment())])
            for victim in Victim.allCases { plans.append([.only(victim, moment())]) }
            if canContain { plans.append([.container(moment())]) }
        }
        try await add(plans, of: workflow, expected, seed: 2_000, &tally)
    }

    private func add(
        _ plans: [[Death]],
        of workflow: Workflow,
        _ expected: TrialResult,
        seed: UInt64,
        _ tally: inout Tally
    ) async throws {
        for start in Swift.stride(from: 0, to: plans.count, by: width) {
            let some = Array(plans[start..<min(start + width, plans.count)])
            for (plan, result) in zip(some, try await trials(workflow, some, seed: UInt64(start) &+ seed)) {
                tally.add(result, expected: expected, "\(workflow.name), deaths \(plan)")
            }
        }
    }

    private func trials(_ workflow: Workflow, _ plans: [[Death]], seed: UInt64) async throws -> [TrialResult]
    {
        try await withThrowingTaskGroup(of: (Int, TrialResult).self) { group in
            for (index, plan) in plans.enumerated() {
                group.addTask {
                    (index, try await trial(workflow, plan, seed: self.seed &+ seed &+ UInt64(index * 64)))
                }
            }
            var results: [(Int, TrialResult)] = []
            for try await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func trial(_ workflow: Workflow, _ deaths: [Death], seed: UInt64) async throws -> TrialResult {
        let folder = "\(folder)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await backEnd.withSite(in: folder, seed: seed, isDisturbed: !deaths.isEmpty) { site in
            try await Trial(workflow: workflow, folder: folder, site: site, seed: seed).run(deaths)
        }
    }
}
