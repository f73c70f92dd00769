import Foundation

/// Runs that are killed with SIGKILL: what they start is counted, and compared with undisturbed runs.
///
///     crash-test [short | long] [--seed NUMBER] [BACK-END …]
///
/// Each run is done by worker processes of this program. A worker kills itself at a point between an intent, its effect and
/// its record, or is killed at a random moment; then another one takes up the run.
@main
struct CrashTest {
    static func main() async throws {
        var arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "worker", let text = arguments.dropFirst().first {
            let order = try JSONDecoder().decode(WorkerOrder.self, from: Data(text.utf8))
            return try await Worker(order: order).work()
        }
        if arguments.first == "server", let text = arguments.dropFirst().first {
            return try await JSONDecoder().decode(ServerOrder.self, from: Data(text.utf8)).serve()
        }
        let isShort = arguments.first == "short"
        if ["short", "long"].contains(arguments.first) { arguments.removeFirst() }
        var seed = UInt64.random(in: 1...999_999)
        if let index = arguments.firstIndex(of: "--seed"), index + 1 < arguments.endIndex {
            seed = UInt64(arguments[index + 1]) ?? seed
            arguments.removeSubrange(index...index + 1)
        }
        let folder = NSTemporaryDirectory() + "crash-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        say("seed \(seed)")
        let began = ContinuousClock.now
        var tallies: [Tally] = []
        try ResticSite.prepare(folder + "/shared")
        for campaign in campaigns(isShort: isShort, folder: folder, seed: seed)
        where arguments.isEmpty || arguments.contains(campaign.backEnd.name) {
            tallies.append(try await campaign.run())
        }
        say("\n\(Tally.heading)")
        for tally in tallies { say(tally.row) }
        let kills = tallies.reduce(0) { $0 + $1.kills + $1.otherKills }
        say("\n\(kills) kills in \(Int((.now - began) / .seconds(1))) s")
        if !tallies.allSatisfy(\.isClean) {
            try? FileManager.default.removeItem(atPath: folder)
            exit(1)
        }
    }

    private static func campaigns(isShort: Bool, folder: String, seed: UInt64) -> [Campaign] {
        let shared = folder + "/shared"
        let memory = MemoryBackEnd()
        let restic = ResticBackEnd(shared: shared)
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
                randomRuns: randomRuns
            )
        }
        guard !isShort else {
            return [
                campaign(memory, width: 3, stride: 6, randomRuns: 2),
                campaign(restic, [.chain, .stops], width: 1, stride: 20, randomRuns: 1),
                campaign(cloud, [.chain, .progress], width: 1, stride: 20, randomRuns: 1),
            ]
        }
        return [
            campaign(memory, width: 4, stride: 1, randomRuns: 60),
            campaign(restic, width: 1, stride: 2, randomRuns: 10),
            campaign(cloud, width: 1, stride: 2, randomRuns: 10),
        ]
    }
}
