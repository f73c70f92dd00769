import BackupAPI
import BackupTesting
import Synchronization

/// The in-memory service as one that forgets the keys of its starts. Its backups take some time.
struct KeylessService: ForwardingBackupService {
    /// How long a backup takes from its start.
    private static let usualTime = 0...400
    private static let slowTime = 1_500...2_000
    /// So many backups of a configuration have a time of their own.
    private static let ownTimes = 16

    let base: InMemoryBackupService
    private let clock: Clockwork

    init(seed: UInt64) {
        var gates: [ResourceID<Configuration>: [Gate]] = [:]
        var scripts: [ResourceID<Configuration>: [BackupScript]] = ["endless": [.runsUntilStopped]]
        for name in ["web-files", "mail", "flaky", "bad", "slow"] as [ResourceID<Configuration>] {
            let own = (0..<Self.ownTimes).map { _ in Gate() }
            gates[name] = own
            scripts[name] = own.enumerated().map { index, gate in
                let fails = name == "bad" || (name == "flaky" && index == 0)
                return BackupScript(steps: [
                    .state(.inProgress), .progress(.half), .wait(gate), .end(fails ? .failed() : .completed),
                ])
            }
        }
        base = InMemoryBackupService(scripts.keys.map { .make($0.rawValue) }, scripts: scripts)
        clock = Clockwork(gates: gates, seed: seed)
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let backup = try await base.start(configuration, key: nil)
        clock.end(oneOf: configuration, after: configuration == "slow" ? Self.slowTime : Self.usualTime)
        return backup
    }

    /// Without keys it cannot tell; whoever asks has to look at the lists.
    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        .unknown(reason: "this service knows no keys", candidates: [])
    }

    func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        try await base.startRestore(draft, key: nil)
    }
}

/// Lets backups end some time after their start; which of a configuration's is the first of them does not matter.
private final class Clockwork: Sendable {
    private let state: Mutex<(gates: [ResourceID<Configuration>: [Gate]], random: SplitMix)>

    init(gates: [ResourceID<Configuration>: [Gate]], seed: UInt64) {
        state = Mutex((gates, SplitMix(state: seed)))
    }

    func end(oneOf configuration: ResourceID<Configuration>, after time: ClosedRange<Int>) {
        let (gate, delay) = state.withLock { state in
            guard var own = state.gates[configuration], !own.isEmpty else { return (nil as Gate?, 0) }
            let gate = own.removeFirst()
            state.gates[configuration] = own
            return (gate, Int.random(in: time, using: &state.random))
        }
        guard let gate else { return }
        Task {
            try await Task.sleep(for: .milliseconds(delay), clock: .continuous)
            gate.open()
        }
    }
}
