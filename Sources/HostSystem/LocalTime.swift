import Glibc

/// The time of day as this host's people have it: in the zone of the system, or of the variable `TZ`.
package enum LocalTime {
    /// `2026-11-30 21:08:07 CET`
    package static func text(ofSeconds seconds: Int64) -> String {
        text(ofSeconds: seconds, pattern: "%Y-%m-%d %H:%M:%S %Z")
    }

    /// A moment, in seconds since 1970, by a pattern of `strftime` that is known to be right; empty for one that has no text.
    package static func text(ofSeconds seconds: Int64, pattern: String) -> String {
        tzset()
        return text(seconds, pattern) { localtime_r($0, $1) }
    }

    /// The same in UTC.
    package static func universalText(ofSeconds seconds: Int64, pattern: String) -> String {
        // The system calls it GMT.
        text(seconds, pattern.replacing("%Z", with: "UTC")) { gmtime_r($0, $1) }
    }

    private static func text(
        _ seconds: Int64,
        _ pattern: String,
        _ split: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
    ) -> String {
        var (moment, parts) = (time_t(seconds), tm())
        guard split(&moment, &parts) != nil else { return "" }
        var buffer = [CChar](repeating: 0, count: 1_024)
        let count = strftime(&buffer, buffer.count, pattern, &parts)
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
