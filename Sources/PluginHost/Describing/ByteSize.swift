public import LuaKit

/// A number of bytes: a whole number, or a text such as `"512KiB"`, `"1.5 GiB"`, `"1GB"`.
public enum ByteSize: ParameterKind {
    /// `size`
    public static var typeName: String { "size" }

    private static let units: [(name: String, size: Double)] = [
        ("B", 1), ("KiB", 1_024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
        ("PiB", 1_125_899_906_842_624), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
        ("PB", 1e15),
    ]

    /// Reads a size from 0 bytes to 8 EiB. Throws for all else.
    public static func read(_ value: LuaValue) throws -> Int64 {
        let bytes: Int64? =
            switch value {
            case .integer(let integer): integer
            case .number(let number): Int64(exactly: number)
            case .string(let text): text.text.flatMap(bytes)
            default: nil
            }
        guard let bytes, bytes >= 0 else {
            throw ArgumentProblem(
                "size expected (bytes, or a text such as \"512KiB\", \"50GiB\"), got \(value.shown)"
            )
        }
        return bytes
    }

    private static func bytes(_ text: String) -> Int64? {
        AmountText.amount(text, in: units, hasFractions: false).flatMap { Int64(exactly: $0.rounded()) }
    }
}
