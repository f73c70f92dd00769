/// restic on this machine, started by the workers themselves: each outlives the worker that started it.
struct ResticBackEnd: BackEnd {
    var name: String { beginsWithRepository ? "restic" : "init" }
    var workflows: [Workflow] {
        beginsWithRepository ? [.chain, .parallelMap, .progress, .stops, .restores] : [.chain, .parallelMap]
    }
    let hasVictims = true
    /// Where the sites share their sources.
    let shared: String
    /// Whether a run finds its repository; otherwise its first backup makes it.
    var beginsWithRepository = true

    func withSite<Value: Sendable>(
        in folder: String,
        seed: UInt64,
        isDisturbed: Bool,
        _ body: @Sendable (any BackEndSite) async throws -> Value
    ) async throws -> Value {
        let site = ResticSite(shared: shared, folder: folder)
        try site.prepare(withRepository: beginsWithRepository)
        return try await body(Site(site: site))
    }

    private struct Site: BackEndSite {
        let site: ResticSite

        var address: ServiceAddress { .restic(site) }

        func starts() async throws -> [String: String] {
            Dictionary(uniqueKeysWithValues: try await site.entries().map { ($0.id, $0.name) })
        }

        func problems() async throws -> [String] { try await site.problems() }

        func kill(_ victim: Victim) async -> Bool { site.kill(victim) }
    }
}
