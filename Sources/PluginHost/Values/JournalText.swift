import BackupAPI
package import LuaKit

/// Values and errors as the journal keeps them: JSON.
///
/// What JSON cannot hold stands in an object with one key: `{"$bytes": "ff00"}` is a string that is no UTF-8, in
/// hexadecimal digits, `{"$number": "nan"}` a number that is not finite, `{"$null": true}` and `{"$nil": true}` tell the
/// two apart where JSON's null is the other one, and `{"$entries": [[key, value], …]}` is a table with keys that are no
/// text, or that begin with `$`. A function is `{"$function": true}`, an object `{"$object": "Counter"}`; they do not
/// come back.
package enum JournalText {
    /// The text of a value; equal values have equal texts.
    package static func encode(_ value: LuaValue) -> String {
        if value == .null { return #"{"$null":true}"# }
        return (try? JSONText.encode(value.plain)) ?? "null"
    }

    /// What scripts see of an error.
    package static func fields(of error: any Error) -> [String: LuaValue] {
        if let error = error as? any LuaErrorConvertible { return error.luaFields }
        if error is CancellationError { return ["code": "cancelled", "message": "cancelled"] }
        return ["code": "error", "message": .string("\(error)")]
    }

    /// What an error says, without its fix.
    static func message(of error: any Error) -> String {
        fields(of: error)["message"]?.text ?? "\(error)"
    }

    /// The value of a text that `encode` made. Throws where it is not one.
    package static func decode(_ text: String) throws -> LuaValue {
        let value = try JSONReader.read(text)
        return value == .null ? .nil : try value.unwrapped()
    }
}

extension LuaValue {
    /// The value with everything that JSON cannot hold replaced.
    fileprivate var plain: LuaValue {
        switch self {
        case .string(let bytes) where bytes.text == nil:
            .record([
                "$bytes": .string(
                    bytes.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                )
            ])
        case .number(let number) where !number.isFinite:
            .record(["$number": .string(number.isNaN ? "nan" : "\(number)")])
        case .function: .record(["$function": true])
        case .object(let object): .record(["$object": .string(object.text)])
        case .reference: .record(["$table": true])
        case .table(let table): table.plain
        case .nil, .null, .boolean, .integer, .number, .string: self
        }
    }

    /// The reverse of `plain`.
    fileprivate func unwrapped() throws -> LuaValue {
        guard case .table(var table) = self else { return self }
        if table.items.isEmpty, table.fields.count == 1, let (key, value) = table.fields.first,
            let name = key.text, name.hasPrefix("$")
        {
            return try Self.unwrap(name, value)
        }
        table.items = try table.items.map { try $0.unwrapped() }
        table.fields = try table.fields.mapValues { try $0.unwrapped() }
        return .table(table)
    }

    private static func unwrap(_ name: String, _ value: LuaValue) throws -> LuaValue {
        switch (name, value) {
        case ("$null", _): return .null
        case ("$nil", _): return .nil
        case ("$bytes", .string(let digits)):
            return .string(LuaBytes(Self.bytes(ofHexadecimal: digits.bytes)))
        case ("$number", .string(let text)): return .number(Double(text.lossyText) ?? .nan)
        case ("$entries", .table(let entries)):
            var table = LuaTableValue()
            for case .table(let entry) in entries.items where entry.items.count == 2 {
                let value = try entry.items[1].unwrapped()
                table.fields[try entry.items[0].unwrapped()] = value
            }
            table.takeItems()
            return .table(table)
        default: return .nil
        }
    }

    private static func bytes(ofHexadecimal digits: [UInt8]) -> [UInt8] {
        stride(from: 0, to: digits.count - 1, by: 2).map { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
        }
    }
}

extension LuaTableValue {
    fileprivate var plain: LuaValue {
        let kept = fields.filter { $0.value != .nil }
        let isPlain = kept.keys.allSatisfy { key in key.text.map { !$0.hasPrefix("$") } ?? false }
        guard isPlain, items.isEmpty || kept.isEmpty else { return entries(kept) }
        return .table(
            LuaTableValue(
                items: items.map { $0 == .nil ? .record(["$nil": true]) : $0.plain },
                fields: kept.mapValues(\.plain),
                mark: mark
            )
        )
    }

    /// The elements and fields as pairs, in the order of the keys' JSON.
    private func entries(_ kept: [LuaValue: LuaValue]) -> LuaValue {
        let numbered = items.enumerated().filter { $0.element != .nil }
            .map { LuaValue.array([.integer(Int64($0.offset + 1)), $0.element.plain]) }
        let keyed = kept.map { key, value in
            (JournalText.encode(key), LuaValue.array([key.plain, value.plain]))
        }
        .sorted { $0.0 < $1.0 }
        return .record(["$entries": .array(numbered + keyed.map(\.1))])
    }

    /// Moves the keys 1…n to the elements.
    fileprivate mutating func takeItems() {
        while let next = fields.removeValue(forKey: .integer(Int64(items.count + 1))) { items.append(next) }
    }
}
