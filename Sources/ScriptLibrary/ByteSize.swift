import LuaKit
import PluginHost

/// A number of bytes: an integer, or a text such as `"512KiB"`, `"8MiB"`, `"2GiB"`, `"1GB"`.
enum ByteSize: ParameterKind {
    static var typeName: String { "size" }

    private static let units: [(suffix: String, bytes: Double)] = [
        ("KiB", 1_024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776), ("KB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9), ("TB", 1e12), ("B", 1),
    ]

    static func read(_ value: LuaValue) throws -> Int64 {
        let bytes: Double? =
            switch value {
            case .integer(let integer): Double(integer)
            case .number(let number) where number == number.rounded(): number
            case .string(let text): text.text.flatMap(bytes(of:))
            default: nil
            }
        guard let bytes, (0...1e18).contains(bytes) else {
            throw LuaConversionError(
                "a size expected (bytes, or a text such as \"8MiB\"), got \(value.shown)"
            )
        }
        return Int64(bytes)
    }

    private static func bytes(of text: String) -> Double? {
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let count = Double(text.dropLast(unit.suffix.count)) else { continue }
            return (count * unit.bytes).rounded()
        }
        return Double(text).map { $0.rounded() }
    }
}
