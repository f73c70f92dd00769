import LuaKit
import PluginHost

/// The first place in which two values differ.
struct Difference {
    /// Where, as `[2].name`; empty for the values themselves.
    var path = ""
    let expected: LuaValue
    let got: LuaValue

    /// `nil` where they are equal: numbers by their value, tables by what is in them.
    init?(expected: LuaValue, got: LuaValue) {
        guard let found = Self.first(expected, got) else { return nil }
        self = found
    }

    private init(_ expected: LuaValue, _ got: LuaValue) {
        self.expected = expected
        self.got = got
    }

    /// `[2].name: expected "web", got nil`
    var text: String {
        "\(path.isEmpty ? "" : path + ": ")expected \(expected.literal), got \(got.literal)"
    }

    private static func first(_ expected: LuaValue, _ got: LuaValue) -> Difference? {
        switch (expected, got) {
        case (.integer(let left), .number(let right)): Double(left) == right ? nil : Difference(expected, got)
        case (.number(let left), .integer(let right)): left == Double(right) ? nil : Difference(expected, got)
        case (.table(let left), .table(let right)): first(left, right)
        default: expected == got ? nil : Difference(expected, got)
        }
    }

    private static func first(_ expected: LuaTableValue, _ got: LuaTableValue) -> Difference? {
        for index in 0..<max(expected.items.count, got.items.count) {
            let (left, right) = (expected.item(index), got.item(index))
            if let found = first(left, right) { return found.beneath("[\(index + 1)]") }
        }
        let keys = Set(expected.fields.keys).union(got.fields.keys).map { ($0.keyText, $0) }
        for (text, key) in keys.sorted(by: { $0.0 < $1.0 }) {
            if let found = first(expected.fields[key] ?? .nil, got.fields[key] ?? .nil) {
                return found.beneath(text)
            }
        }
        return nil
    }

    private func beneath(_ key: String) -> Difference {
        var copy = self
        copy.path = key + path
        return copy
    }
}

extension LuaTableValue {
    fileprivate func item(_ index: Int) -> LuaValue { index < items.count ? items[index] : .nil }
}

extension LuaValue {
    /// As a key in a path: `.name`, `["web-files"]`, `[7]`.
    fileprivate var keyText: String {
        guard let text else { return "[\(literal)]" }
        let isName =
            text.unicodeScalars.allSatisfy {
                $0 == "_" || $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
            }
            && text.unicodeScalars.first?.properties.isAlphabetic == true
        return isName ? ".\(text)" : "[\(literal)]"
    }

    /// The value as a script would write it, in one line and cut off where it is long.
    var literal: String {
        let text = literal(depth: 0)
        return text.count > 200 ? text.prefix(199) + "…" : text
    }

    private func literal(depth: Int) -> String {
        switch self {
        case .string(let bytes): return "\"\(Self.escaped(bytes.lossyText))\""
        case .table(let table):
            guard depth < 4 else { return "{…}" }
            let items = table.items.prefix(50).map { $0.literal(depth: depth + 1) }
            let fields = table.fields.map { key, value in
                "\(key.fieldText) = \(value.literal(depth: depth + 1))"
            }
            let all = items + fields.sorted()
            return all.isEmpty ? "{}" : "{ \(all.joined(separator: ", ")) }"
        case .null: return "json.null"
        case .nil: return "nil"
        case .function: return "a function"
        case .object(let object): return object.text
        default: return textForPeople
        }
    }

    private var fieldText: String {
        let text = keyText
        return text.hasPrefix(".") ? String(text.dropFirst()) : text
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            default: escaped += String(scalar).printable
            }
        }
        return escaped
    }
}
