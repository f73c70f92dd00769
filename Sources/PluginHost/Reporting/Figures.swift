/// Figures as people read them.
public enum Figures {
    /// `1,234,567`
    public static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        let groups = stride(from: digits.count, to: 0, by: -3).map { end in
            let start = max(0, end - 3)
            return digits.dropFirst(start).prefix(end - start)
        }
        return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    /// `17 B`, `1.5 KiB`, `123 MiB`: three digits in powers of 1024.
    public static func bytes(_ number: Int64) -> String {
        var value = Double(number)
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        // From 999.5 on, the text would have four digits.
        while abs(value) >= (unit == 0 ? 1_000 : 999.5), unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        if unit == 0 { return "\(number) B" }
        let decimals = abs(value) < 9.995 ? 2 : abs(value) < 99.95 ? 1 : 0
        return "\(fixed(value, decimals)) \(units[unit])"
    }

    /// `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 04 h`.
    public static func duration(_ duration: Duration) -> String {
        let seconds = min(max(0, duration / .seconds(1)), 1e15)
        if seconds < 9.95 { return "\(fixed(seconds, 1)) s" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3_600: return "\(whole / 60) min \(padded(whole % 60)) s"
        case ..<86_400: return "\(whole / 3_600) h \(padded(whole / 60 % 60)) min"
        default: return "\(whole / 86_400) d \(padded(whole / 3_600 % 24)) h"
        }
    }

    /// A number with so many decimals.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let fraction = String(abs(scaled) % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(scaled < 0 ? "-" : "")\(abs(scaled) / scale).\(zeros)\(fraction)"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
