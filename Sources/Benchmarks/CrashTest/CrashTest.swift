import Foundation

/// Runs that are killed with SIGKILL: what they start is counted, and compared with undisturbed runs.
///
///     crash-test [short | long] [--seed NUMBER] [BACK-END …]
///     crash-test big [MIB]
///
/// Each run is done by worker processes of this program. A worker kills itself at a point between an intent, its effect and
/// its record, or is killed at a random moment; then another one takes up the run. `big` kills the host of a real backup of
/// so much data, 2 GiB unless it is told.
@main
struct CrashTest {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "worker", let text = arguments.dropFirst().first {
            Lifeline.follow()
            let order = try JSONDecoder().decode(WorkerOrder.self, from: Data(text.utf8))
            return try await Worker(order: order).work()
        }
        if arguments.first == "server", let text = arguments.dropFirst().first {
            Lifeline.follow()
            return try await JSONDecoder().decode(ServerOrder.self, from: Data(text.utf8)).serve()
        }
        let folder = NSTemporaryDirectory() + "crash-test-" + UUID().uuidString
        var isClean = false
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            isClean = try await test(Array(arguments), in: folder)
        } catch {
            say("crash-test: \(error)")
        }
        try? FileManager.default.removeItem(atPath: folder)
        exit(isClean ? 0 : 1)
    }

    /// Whether all went well.
    private static func test(_ words: [String], in folder: String) async throws -> Bool {
        var words = words
        let form = ["short", "long", "big"].contains(words.first) ? words.removeFirst() : "long"
        guard form != "big" else {
            return try await BigBackup(folder: folder, bytes: (words.first.flatMap(Int.init) ?? 2_048) << 20)
                .run()
        }
        var seed = UInt64.random(in: 1...999_999)
        if let index = words.firstIndex(of: "--seed"), index + 1 < words.endIndex {
            seed = UInt64(words[index + 1]) ?? seed
            words.removeSubrange(index...index + 1)
        }
        say("seed \(seed)")
        let began = ContinuousClock.now
        try await ResticSite.prepare(folder + "/shared")
        let canContain = await Child.canContain(in: folder)
        if !canContain { say("no PID namespaces can be made here: deaths of containers are left out") }
        let campaigns = campaigns(
            isShort: form == "short",
            folder: folder,
            seed: seed,
            canContain: canContain
        ).filter {
            words.isEmpty || words.contains($0.backEnd.name)
        }
        let tallies = try await withThrowingTaskGroup(of: (Int, Tally).self) { group in
            for (index, campaign) in campaigns.enumerated() {
                group.addTask { (index, try await campaign.run()) }
            }
            var tallies: [(Int, Tally)] = []
            for try await tally in group { tallies.append(tally) }
            return tallies.sorted { $0.0 < $1.0 }.map(\.1)
        }
        say("\n\(Tally.heading)")
        for tally in tallies { say(tally.row) }
        let kills = tallies.reduce(0) { $0 + $1.kills + $1.otherKills }
        say("\n\(kills) kills in \(Int((.now - began) / .seconds(1))) s")
        return tallies.allSatisfy(\.isClean)
    }

    private static func campaigns(isShort: Bool, folder: String, seed: UInt64, canContain: Bool) -> [Campaign]
    {
        let shared = folder + "/shared"
        let memory = MemoryBackEnd()
        let restic = ResticBackEnd(shared: shared)
        let fresh = ResticBackEnd(shared: shared, beginsWithRepository: false)
        let cloud = CloudBackEnd(shared: shared)
        func campaign(
            _ backEnd: any BackEnd,
            _ workflows: [Workflow]? = nil,
            width: Int,
            stride: Int,
            randomRuns: Int
        ) -> Campaign {
            Campaign(
                backEnd: backEnd,
                workflows: workflows ?? backEnd.workflows,
                folder: folder,
                seed: seed,
                width: width,
                stride: stride,
                randomRuns: randomRuns,
                canContain: canContain
            )
        }
        guard !isShort else {
            return [
                campaign(memory, width: 3, stride: 6, randomRuns: 2),
                campaign(restic, [.chain, .stops, .restores], width: 1, stride: 20, randomRuns: 1),
                campaign(fresh, [.chain], width: 1, stride: 20, randomRuns: 2),
                campaign(cloud, [.restores, .progress], width: 1, stride: 20, randomRuns: 1),
            ]
        }
        return [
            campaign(memory, width: 4, stride: 1, randomRuns: 60),
            campaign(restic, width: 1, stride: 3, randomRuns: 5),
            campaign(fresh, width: 1, stride: 4, randomRuns: 20),
            campaign(cloud, width: 1, stride: 3, randomRuns: 5),
        ]
    }
}
