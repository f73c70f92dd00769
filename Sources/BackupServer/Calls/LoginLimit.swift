import BackupAPI
import Synchronization

/// Counts what failed from one address, and lets an address that goes on failing wait longer and longer.
final class LoginLimit: Sendable {
    private struct Record {
        var failures = 0
        var last: Duration
        /// Until when nothing more is looked at.
        var blocked: Duration
    }

    private static let backOff = BackOff(first: .seconds(2), longest: .seconds(300))
    /// An address without failures for this long begins anew.
    private static let memory: Duration = .seconds(900)
    private static let maximumRecords = 10_000

    private let free: Int
    /// The time since the limit was made.
    private let elapsed: @Sendable () -> Duration
    private let records = Mutex<[String: Record]>([:])

    /// Makes a limit; the first `free` failures of an address cost no time.
    init(free: Int, clock: any Clock<Duration>) {
        self.free = free
        elapsed = clock.stopwatch()
    }

    /// How long an address has to wait yet, in whole seconds from 1; `nil` when it may try.
    func wait(of address: String) -> Int? {
        let now = elapsed()
        return records.withLock { records in
            guard let record = records[address], record.blocked > now else { return nil }
            let rest = (record.blocked - now).components
            return Int(rest.seconds) + (rest.attoseconds > 0 ? 1 : 0)
        }
    }

    /// Notes a failure; each beyond the free ones doubles the time to wait.
    func failed(_ address: String) {
        let now = elapsed()
        records.withLock { records in
            if records[address] == nil, records.count >= Self.maximumRecords {
                Self.makeRoom(in: &records, now)
            }
            var record = records[address] ?? Record(last: now, blocked: now)
            if now - record.last > Self.memory { record.failures = 0 }
            record.failures += 1
            record.last = now
            if record.failures >= free {
                record.blocked = now + Self.backOff.pause(after: record.failures - free + 1)
            }
            records[address] = record
        }
    }

    /// Forgets the failures of an address.
    func succeeded(_ address: String) {
        records.withLock { records in _ = records.removeValue(forKey: address) }
    }

    private static func makeRoom(in records: inout [String: Record], _ now: Duration) {
        records = records.filter { now - $0.value.last <= memory }
        guard records.count >= maximumRecords else { return }
        if let oldest = records.min(by: { $0.value.last < $1.value.last })?.key { records[oldest] = nil }
    }
}

extension Clock where Duration == Swift.Duration {
    /// The time since now.
    fileprivate func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
