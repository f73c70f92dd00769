import LuaKit
import PluginHost

/// A secret's name: letters, digits, `.`, `_` and `-`, in parts between slashes, as in `pg/password`.
///
/// So narrow that it can be a path beneath a folder and an argument of a program.
enum SecretName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> String {
        guard let name = value.text else {
            throw LuaConversionError("a secret's name expected, got \(value.shape)")
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard name.utf8.count <= 200, parts.allSatisfy(isPart) else {
            throw LuaConversionError(
                "a secret's name such as \"pg/password\" expected (letters, digits, '.', '_', '-'), got \(value.shown)"
            )
        }
        return name
    }

    private static func isPart(_ part: Substring) -> Bool {
        guard let first = part.unicodeScalars.first, isLetterOrDigit(first) else { return false }
        return part.unicodeScalars.allSatisfy { isLetterOrDigit($0) || "._-".unicodeScalars.contains($0) }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }
}
