import BackupAPI
import RunJournal
import Synchronization

/// A host's claim on a run, kept alive while the run is executed.
///
/// A process that is stopped for longer than the lease may find when it wakes that another one has taken the run. So the
/// lease is looked at before every effect, by a clock that goes on meanwhile, and every write is refused by the journal
/// when the claim is not the last one.
final class RunLease: Sendable {
    let claim: RunClaim
    private let journal: any RunStore
    private let length: Duration
    private let now: @Sendable () -> Timestamp
    private let validUntil: Mutex<ContinuousClock.Instant>

    init(
        _ claim: RunClaim,
        journal: any RunStore,
        length: Duration,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.claim = claim
        self.journal = journal
        self.length = length
        self.now = now
        validUntil = Mutex(.now.advanced(by: length))
    }

    /// The end of a lease that begins now, in microseconds since 1970.
    static func end(after length: Duration, from now: Timestamp) -> Int64 {
        now.microseconds + Int64(length / .microseconds(1))
    }

    /// Makes sure that the run is still this host's. Throws `claim_lost`.
    func check() async throws {
        // A third is kept for the effect itself.
        guard validUntil.withLock({ $0 < .now.advanced(by: length / 3) }) else { return }
        _ = try await renew()
    }

    /// Renews the lease until somebody asks for the run's cancellation. Throws `claim_lost`, and when its task is cancelled.
    func keep() async throws {
        while true {
            try await Task.sleep(for: length / 3, clock: .continuous)
            do {
                if try await renew() { return }
            } catch let error as JournalError where error.code != .claimLost {
                // A journal that cannot be written now is found out by the next step.
                continue
            }
        }
    }

    private func renew() async throws -> Bool {
        let begin = ContinuousClock.now
        let isCancelled = try await journal.renew(claim, leaseEnd: Self.end(after: length, from: now()))
        validUntil.withLock { $0 = begin.advanced(by: length) }
        return isCancelled
    }
}
