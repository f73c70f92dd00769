import BackupAPI
import HostSystem

extension Timestamp {
    /// `2026-11-30 21:08:07 CET`: in the zone of this host, for people.
    var local: String { LocalTime.text(ofSeconds: second) }
}
