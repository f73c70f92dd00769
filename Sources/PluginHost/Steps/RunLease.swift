import Synchronization
import BackupAPI
import RunJournal

/// A host's claim on a run, kept alive while the run is executed.
///
/// A process that is stopped for longer than the lease may find when it wakes that another one has taken the run. So the
/// lease is looked at before every effect, by a clock that goes on meanwhile, and every write is refused by the journal
/// when the claim is not the last one.
final class RunLease: Sendable {
    let claim: RunClaim
    private let journal: RunStore
    private let length: Duration
    private let now: @Sendable () -> Timestamp
    private let validUntil: Mutex<ContinuousClock.Instant>
    private let cancellation: Atomic<Bool>

    /// `began` is a moment before the claim's lease was recorded.
    init(
        _ claim: RunClaim,
        journal: RunStore,
        length: Duration,
        began: ContinuousClock.Instant,
        isCancellationRequested: Bool,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.claim = claim
        self.journal = journal
        self.length = length
        self.now = now
        validUntil = Mutex(began.advanced(by: length))
        cancellation = Atomic(isCancellationRequested)
    }

    /// Whether somebody has asked for the run's cancellation, as far as is known.
    var isCancellationRequested: Bool { cancellation.load(ordering: .relaxed) }

    /// The end of a lease that begins now, in microseconds since 1970.
    static func end(after length: Duration, from now: Timestamp) -> Int64 {
        now.microseconds + Int64(length / .microseconds(1))
    }

    /// Makes sure that the run is still this host's. Throws `claim_lost`.
    func check() async throws(JournalError) {
        // A third is kept for the effect itself.
        guard validUntil.withLock({ $0 < .now.advanced(by: length / 3) }) else { return }
        try await renew()
    }

    /// Renews the lease until somebody asks for the run's cancellation. Throws `claim_lost`, and when its task is cancelled.
    func keep() async throws {
        while true {
            try await Task.sleep(for: length / 3, clock: .continuous)
            do throws(JournalError) {
                try await renew()
                if isCancellationRequested { return }
            } catch {
                // A journal that cannot be written now is found out by the next step.
                guard error.code == .claimLost else { continue }
                throw error
            }
        }
    }

    /// Gives the run to whoever wants it next.
    func end() async throws(JournalError) {
        _ = try await journal.renew(claim, leaseEnd: now().microseconds)
    }

    private func renew() async throws(JournalError) {
        let began = ContinuousClock.now
        let isCancelled = try await journal.renew(claim, leaseEnd: Self.end(after: length, from: now()))
        validUntil.withLock { $0 = began.advanced(by: length) }
        if isCancelled { cancellation.store(true, ordering: .relaxed) }
    }
}
