public import BackupAPI
public import LuaKit

/// A moment: ISO 8601, or seconds since 1970.
public enum Moment: ParameterKind {
    /// `time`
    public static var typeName: String { "time" }

    /// Reads a text such as `2026-03-01T04:00:00Z`, or a number of seconds since 1970.
    public static func read(_ value: LuaValue) throws -> Timestamp {
        switch value {
        case .integer(let seconds) where abs(seconds) < 1 << 42: return Timestamp(seconds: Double(seconds))
        case .number(let seconds) where abs(seconds) < 4e12: return Timestamp(seconds: seconds)
        case .string(let bytes):
            if let text = bytes.text, let time = Timestamp(text) { return time }
        default: break
        }
        throw ArgumentProblem(
            "time expected (ISO 8601 such as \"2026-03-01T04:00:00Z\", or seconds since 1970), got \(value.shown)"
        )
    }
}
