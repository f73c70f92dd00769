import BackupAPI
import LuaKit

/// Values and errors as the journal keeps them: JSON.
enum JournalText {
    /// A string that is no UTF-8 becomes `{"$bytes": "…"}` in hexadecimal digits, a function `{"$function": true}`,
    /// an object `{"$object": "Counter"}` and a table handle `{"$table": true}`.
    static func encode(_ value: LuaValue) -> String {
        (try? JSONText.encode(value.plain)) ?? "null"
    }

    static func encode(_ error: any Error) -> String {
        if let error = error as? any LuaErrorConvertible { return encode(.record(error.luaFields)) }
        if error is CancellationError { return encode(["code": "cancelled", "message": "cancelled"]) }
        return encode(["code": "error", "message": .string("\(error)")])
    }

    private static func encode(_ fields: [String: LuaValue]) -> String { encode(.record(fields)) }
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
        case .object(let object): .record(["$object": .string(object.typeName)])
        case .reference: .record(["$table": true])
        case .table(let table):
            .table(
                LuaTableValue(
                    items: table.items.map(\.plain),
                    fields: Dictionary(
                        table.fields.filter { $0.value != .nil }.map { ($0.plainKey, $1.plain) },
                        uniquingKeysWith: { first, _ in first }
                    ),
                    mark: table.mark
                )
            )
        case .nil, .null, .boolean, .integer, .number, .string: self
        }
    }

    private var plainKey: LuaValue {
        if case .string(let bytes) = self, bytes.text == nil { .string(bytes.lossyText) } else { self }
    }
}
