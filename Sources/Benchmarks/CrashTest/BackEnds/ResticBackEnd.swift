/// restic on this machine, started by the workers themselves: each outlives the worker that started it.
struct ResticBackEnd: BackEnd {
    let name = "restic"
    let workflows = [Workflow.chain, .parallelMap, .progress, .stops, .restores]
    /// Where the sites share their sources.
    let shared: String

    func withSite<Value: Sendable>(
        in folder: String,
        seed: UInt64,
        isDisturbed: Bool,
        _ body: @Sendable (any BackEndSite) async throws -> Value
    ) async throws -> Value {
        let site = ResticSite(shared: shared, folder: folder)
        try site.prepare()
        return try await body(Site(site: site))
    }

    private struct Site: BackEndSite {
        let site: ResticSite

        var address: ServiceAddress { .restic(site) }

        func starts() async throws -> [String: String] {
            Dictionary(uniqueKeysWithValues: try await site.entries().map { ($0.id, $0.name) })
        }

        func problems() async throws -> [String] { try await site.problems() }
    }
}
