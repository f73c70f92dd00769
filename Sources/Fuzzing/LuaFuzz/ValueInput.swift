import LuaKit

/// Bytes as a value that crosses to Lua and back in several ways.
enum ValueInput {
    private struct Record: Codable, LuaParameter, LuaResult {
        var name: String
        var count: Int?
        var list: [Double]?
        var parts: [String: [LuaValue]]?
    }

    private static let functions = [
        LuaHostFunction("echo", values: { $0 }),
        LuaHostFunction("wait", waiting: { $0 }),
        LuaHostFunction("record") { (record: Record) in record },
        LuaHostFunction("list") { (list: [LuaValue]) in list },
    ]

    /// What is wrong with the value's way, or with the state after it.
    static func problem(with bytes: [UInt8]) async throws -> String? {
        var maker = ValueMaker(bytes)
        let value = maker.make()
        let text = "local v = ... pcall(record, v) pcall(list, v) return v, echo(v), (wait(v))"
        return try await Sandbox.problem { state in
            for function in functions { try await state.add(function) }
            do {
                try await state.set("value", to: value)
                let once = try await state.run(LuaSource(name: "once.lua", text: text), arguments: [value])
                guard once.count == 3, same(once[0], once[1]), same(once[0], once[2]) else {
                    return "\(value) came back as \(once)"
                }
                let twice = try await state.run(
                    LuaSource(name: "twice.lua", text: text),
                    arguments: [once[0]]
                )
                guard same(once[0], twice[0]) else { return "\(once[0]) came back as \(twice[0])" }
                _ = try? LuaDecoder.decode(Record.self, from: once[0])
                guard same(try LuaEncoder.encode(once[0]), once[0]) else {
                    return "\(once[0]) is encoded otherwise"
                }
            } catch let error as LuaError {
                // A value that is too deep or too large is refused on its way back, also as an argument.
                let isRefusal = error.code == .conversion || error.cause is LuaArgumentError
                let isLimit = error.code == .memoryLimit || error.code == .timeLimit
                return isRefusal || isLimit ? nil : "\(error)"
            } catch let error as LuaConversionError {
                return "\(error)"
            }
            return nil
        }
    }

    /// Equal, where a NaN is equal to itself.
    private static func same(_ left: LuaValue, _ right: LuaValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            left == right || (left.isNaN && right.isNaN)
        case (.table(let left), .table(let right)):
            left.items.count == right.items.count && left.fields.count == right.fields.count
                && zip(left.items, right.items).allSatisfy { same($0, $1) }
                && left.fields.allSatisfy { key, value in right.fields[key].map { same(value, $0) } ?? false }
        default: left == right
        }
    }
}

/// Makes a value of bytes: a byte says what comes, the next ones what it holds.
struct ValueMaker {
    private var bytes: ArraySlice<UInt8>
    private var depth = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
    }

    mutating func make() -> LuaValue {
        guard let kind = bytes.popFirst() else { return .nil }
        switch kind % 10 {
        case 0: return .nil
        case 1: return .null
        case 2: return .boolean(kind >= 128)
        case 3: return .integer(Int64(bitPattern: word()))
        case 4: return .integer(Int64(kind / 10) - 2)
        case 5: return .number(Double(bitPattern: word()))
        case 6: return .number(Double(kind / 10) / 2)
        case 7: return .string(LuaBytes(take(Int(kind / 10))))
        default: return table(size: Int(kind / 10))
        }
    }

    private mutating func table(size: Int) -> LuaValue {
        depth += 1
        defer { depth -= 1 }
        guard depth < 150 else { return .nil }
        var table = LuaTableValue()
        for _ in 0..<size / 4 where !bytes.isEmpty { table.items.append(make()) }
        for _ in 0..<size % 4 + (size == 0 ? 1 : 0) where !bytes.isEmpty { table.fields[make()] = make() }
        return .table(table)
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    private mutating func word() -> UInt64 {
        take(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
