import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Runs that another host takes while this one waits for an answer: right before an effect the claim is looked at once more.
///
/// What renews the lease is held up meanwhile, as in a process that stood still.
@Suite(.timeLimit(.minutes(1))) struct StartClaimTests {
    @Test func `a start that was lost is not asked for again under a lost claim`() async throws {
        let thief = Thief(RunStore())
        let service = SlowFateService(thief)
        service.losesRequests.change { $0 = true }
        var site = try Revival(service: service, journal: thief.journal)
        site.change = { $0.leaseLength = .zero }
        let result = try await site.run("pcall(backup.start, 'mail')", journal: thief.watchedJournal)
        #expect(result.failure?.description == "the run was taken over by another process")
        #expect(service.asked.value == 1)
        #expect(try await site.steps == ["0#0 backup.start intent"])
    }

    @Test func `the start of a dead host is not asked for again under a lost claim`() async throws {
        let thief = Thief(RunStore())
        let service = SlowFateService(thief)
        var site = try Revival(service: service, journal: thief.journal)
        try await site.run("backup.start('mail')", journal: dyingAtEnd(thief.journal))
        site.change = { $0.leaseLength = .zero }
        let result = try await site.resume(journal: thief.watchedJournal)
        #expect(result.failure?.code == "claim_lost")
        #expect(service.asked.value == 1)
    }

    @Test func `an effect of a dead host is not done again under a lost claim`() async throws {
        let thief = Thief(RunStore())
        let (opened, isResumed) = (Box(0), Box(false))
        var site = try Revival(journal: thief.journal)
        site.modules = [
            Module("door", "A door.") {
                Function("wait", "Waits.", .composite) { _ in
                    if isResumed.value { try await thief.take() }
                    return .nil
                }
                Function("open", "Opens it.", .step(.effect)) { _ in
                    opened.change { $0 += 1 }
                    return .nil
                }
            }
        ]
        try await site.run("door.wait() door.open()", journal: dyingAtEnd(thief.journal))
        #expect(opened.value == 1)
        isResumed.change { $0 = true }
        site.change = { $0.leaseLength = .zero }
        let result = try await site.resume(journal: thief.watchedJournal)
        #expect(result.failure?.code == "claim_lost")
        #expect(opened.value == 1)
    }

    /// The host dies when a step is done, before that is written down.
    private func dyingAtEnd(_ journal: RunStore) -> RunStore {
        journal.watched { write in
            if case .end = write { JournalError(.claimLost, "dead") } else { nil }
        }
    }
}

/// Another host, which takes the run while nothing renews its lease.
private final class Thief: Sendable {
    let journal: RunStore
    private let isHolding = Box(false)
    private let isHeld = Gate()
    private let end = Gate()

    init(_ journal: RunStore) {
        self.journal = journal
    }

    /// The journal of the host that loses the run.
    var watchedJournal: RunStore {
        journal.watched { [isHolding, isHeld, end] write in
            guard case .renew = write, isHolding.value else { return nil }
            isHeld.open()
            // Until the run is over.
            try? await end.pass()
            return nil
        }
    }

    /// Takes the run. Only for who is waited for by the script: then what renews the lease is the one that keeps it.
    func take() async throws {
        isHolding.change { $0 = true }
        try await isHeld.pass()
        isHolding.change { $0 = false }
        _ = try await journal.take(
            try await journal.run("r1"),
            owner: RunOwner(processID: 7, processStartTime: 7, bootID: "other"),
            leaseEnd: 0
        )
    }
}

/// A service without keys; while it says that a start has not happened, the run is taken.
private final class SlowFateService: ForwardingBackupService {
    let base = InMemoryBackupService([.make("mail")])
    let asked = Box(0)
    /// Whether starts do not come through.
    let losesRequests = Box(false)
    private let thief: Thief

    init(_ thief: Thief) {
        self.thief = thief
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        asked.change { $0 += 1 }
        if losesRequests.value { throw BackupError(.unreachable, "the connection broke off") }
        return try await base.start(configuration, key: nil)
    }

    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        try await thief.take()
        return .absent
    }
}
