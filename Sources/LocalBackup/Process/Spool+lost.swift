import BackupAPI
import Foundation
import Glibc
import HostSystem

/// A restic of ours that was killed, and may have left its lock in the repository: what tells that lock from others.
struct LostRestic: Codable, Hashable, Sendable {
    /// Its process number, as it is in its locks.
    var number: Int
    /// The machine's name, as it is in its locks.
    var hostName: String
    /// When it began at the earliest and was gone at the latest, in microseconds since 1970: its locks are from between.
    var began: Int64
    var ended: Int64

    /// Whether a lock was this restic's.
    func hasMade(_ lock: ResticLock) -> Bool {
        // The clocks of both are one; a second is for what the lock rounds away.
        let leeway: Int64 = 1_000_000
        return lock.pid == number && lock.hostname == hostName
            && (began - leeway...max(began, ended) + leeway).contains(lock.time.microseconds)
    }
}

extension Spool {
    private var host: String { path + "/host" }

    /// Notes on which machine, and when, the restic of this spool begins.
    func recordHost() throws {
        let now = Timestamp(seconds: Date().timeIntervalSince1970)
        try OwnerFile.write("\(now.microseconds) \(Self.hostName())\n", to: host)
    }

    /// The restic that this spool was for, when it was started.
    func lostRestic(now: Timestamp) -> LostRestic? {
        guard let number = recordedNumber(), let text = try? String(contentsOfFile: host, encoding: .utf8)
        else {
            return nil
        }
        let fields = text.dropLast().split(separator: " ", maxSplits: 1)
        guard fields.count == 2, let began = Int64(fields[0]) else { return nil }
        return LostRestic(
            number: number,
            hostName: String(fields[1]),
            began: began,
            ended: max(now.microseconds, Timestamp(seconds: Date().timeIntervalSince1970).microseconds)
        )
    }

    /// The machine's name, as restic asks for it.
    static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
