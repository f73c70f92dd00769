package import LuaKit

/// The core schema of YAML 1.2 (10.3): what a text without quotes stands for.
package enum YAMLScalars {
    /// What a text without quotes or tag is: what it looks like.
    package static func value(of text: String) -> LuaValue {
        null(text) ?? boolean(text) ?? integer(text) ?? number(text) ?? .string(text)
    }

    /// `null` for what stands for it.
    package static func null(_ text: String) -> LuaValue? {
        ["", "~", "null", "Null", "NULL"].contains(text) ? .null : nil
    }

    /// A boolean for what stands for one.
    package static func boolean(_ text: String) -> LuaValue? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// A whole number; one that is too large for an integer is a number.
    package static func integer(_ text: String) -> LuaValue? {
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.utf8.starts(with: prefix.utf8) {
            let digits = text.utf8.dropFirst(2)
            guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else {
                return nil
            }
            return Int64(String(decoding: digits, as: UTF8.self), radix: radix).map(LuaValue.integer)
        }
        let digits = unsigned(text.utf8)
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
        return Int64(text).map(LuaValue.integer) ?? Double(text).map(LuaValue.number)
    }

    static func number(_ text: String) -> LuaValue? {
        switch text {
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        default: break
        }
        // Digits with one dot at most, then an exponent or none. Swift also reads words and hexadecimal digits.
        let parts = unsigned(text.utf8).split(omittingEmptySubsequences: false) {
            $0 | 0x20 == UInt8(ascii: "e")
        }
        guard let mantissa = parts.first, parts.count <= 2, mantissa.contains(where: isDigit),
            mantissa.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        if parts.count == 2 {
            let exponent = unsigned(parts[1])
            guard !exponent.isEmpty, exponent.allSatisfy(isDigit) else { return nil }
        }
        return Double(text).map(LuaValue.number)
    }

    private static func unsigned(_ text: Substring.UTF8View) -> Substring.UTF8View {
        text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
    }

    private static func unsigned(_ text: String.UTF8View) -> Substring.UTF8View { unsigned(text[...]) }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
