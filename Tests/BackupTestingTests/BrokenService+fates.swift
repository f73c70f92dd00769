import BackupAPI
import BackupTesting

/// What is wrong with a service's answers about lost starts.
struct FateFlaws: Sendable {
    var watermark: @Sendable (String) -> String = { $0 }
    var fate: @Sendable (StartFate) -> StartFate = { $0 }
    /// Asks by starting with the key.
    var startsToFindOut = false
}

extension BrokenService {
    func watermark(before request: StartRequest) async throws -> String {
        flaws.fates.watermark(try await base.watermark(before: request))
    }

    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        if flaws.fates.startsToFindOut, case .backup(let id) = request {
            _ = try await base.start(id, key: nil)
        }
        return flaws.fates.fate(
            try await base.reconcile(
                request,
                key: flaws.key(key) ?? "",
                watermark: watermark,
                claimed: claimed
            )
        )
    }
}

extension Breakage {
    static let ofFates = [
        Breakage("a start that happened is found by its key, a running one and one that is over") {
            $0.fates.watermark = { _ in String(repeating: "x", count: 64 << 10 + 1) }
        },
        Breakage("a start that did not happen is absent, and starts one with its key then") {
            $0.fates.fate = { $0 == .absent ? .unknown(reason: "so", candidates: []) : $0 }
        },
        Breakage("asking for a fate starts nothing") { $0.fates.startsToFindOut = true },
        Breakage("of two lost starts of one configuration each finds its own, and none the claimed of others")
        {
            $0.fates.fate = { _ in .happened(id: Backup.make(id: .make(1)).id.rawValue) }
        },
        Breakage("a second instance knows the fates of the first's starts") {
            $0.secondInstanceIsEmpty = true
        },
        Breakage("the fate of a restore is known by its key") { $0.fates.fate = { _ in .absent } },
        Breakage("the fate of a cleanup is known by its key") { $0.fates.fate = { _ in .absent } },
    ]
}
