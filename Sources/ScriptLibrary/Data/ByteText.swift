import LuaKit
import PluginHost

/// A string of any bytes.
enum ByteText: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> [UInt8] {
        guard case .string(let bytes) = value else {
            throw LuaConversionError("string expected, got \(value.shape)")
        }
        return bytes.bytes
    }
}
