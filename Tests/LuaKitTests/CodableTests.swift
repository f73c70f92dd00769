import Foundation
import LuaKit
import Testing

private class Base: Codable {
    var name = "base"
    init() {}
}

private final class Derived: Base {
    var size = 1
    override init() { super.init() }

    private enum CodingKeys: CodingKey { case size }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        size = try container.decode(Int.self, forKey: .size)
        try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(size, forKey: .size)
        try super.encode(to: container.superEncoder())
    }
}

/// A list with nested containers, one of them asked for twice.
private struct Nested: Encodable {
    private enum Keys: CodingKey { case list, record }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        var first = container.nestedContainer(keyedBy: Keys.self, forKey: .record)
        try first.encodeNil(forKey: .list)
        var second = container.nestedContainer(keyedBy: Keys.self, forKey: .record)
        try second.encode(1, forKey: .record)
        var list = container.nestedUnkeyedContainer(forKey: .list)
        try list.encode("x")
        var inner = list.nestedUnkeyedContainer()
        try inner.encode(2)
        try list.encodeNil()
    }
}

private final class Loop: Encodable {
    var next: Loop?
}

private struct Sizes: Codable, Equatable {
    var sizes: [UInt64]
}

@Suite struct CodableTests {
    private func encode(_ value: some Encodable) throws -> LuaValue { try LuaEncoder.encode(value) }

    @Test(arguments: [Int64.min, -1, 0, 9_007_199_254_740_993, Int64.max])
    func `64-bit integers are kept`(integer: Int64) async throws {
        let value = try LuaEncoder.encode([integer])
        let back = try await run("return ...", [value])
        #expect(try LuaDecoder.decode([Int64].self, from: back[0]) == [integer])
    }

    @Test func `an integer beyond 64 bits is refused with its path`() throws {
        let error = #expect(throws: LuaConversionError.self) {
            try LuaEncoder.encode(Sizes(sizes: [1, UInt64.max]))
        }
        #expect(error?.description == "sizes[2]: 18446744073709551615 does not fit in 64 bits")
        #expect(try encode(Sizes(sizes: [UInt64(Int64.max)]))["sizes"] == .array([.integer(.max)]))
    }

    @Test func `an integer is a floating-point number only when it is one exactly`() throws {
        #expect(try LuaDecoder.decode(Double.self, from: 3) == 3)
        let error = #expect(throws: LuaConversionError.self) {
            try LuaDecoder.decode(Double.self, from: .integer(9_007_199_254_740_993))
        }
        #expect(error?.description == "9007199254740993 is no exact number")
        #expect(throws: LuaConversionError.self) { try LuaDecoder.decode(Float.self, from: .number(1e300)) }
        #expect(try LuaDecoder.decode(Float.self, from: .number(.infinity)) == .infinity)
    }

    @Test func `infinity and what is no number are kept`() async throws {
        let value = try LuaEncoder.encode([Double.infinity, -Double.infinity, Double.nan, -0.0])
        let back = try await run("return ...", [value])
        let numbers = try LuaDecoder.decode([Double].self, from: back[0])
        #expect(numbers[0] == .infinity && numbers[1] == -.infinity && numbers[2].isNaN)
        #expect(numbers[3].sign == .minus)
    }

    @Test func `nested optionals are one null`() throws {
        let value: [Int??] = [1, .some(nil), nil]
        #expect(try encode(value) == .array([1, .null, .null]))
        let back = try LuaDecoder.decode([Int??].self, from: .array([1, .null]))
        #expect(back.map { ($0 ?? nil) ?? 0 } == [1, 0])
    }

    @Test func `a dictionary with integer keys has them in Lua`() async throws {
        let value = [1: "a", 2: "b", 40: "c", -1: "d"]
        let encoded = try encode(value)
        let back = try await run("local t = ... return t, t[1], t[40], t['40']", [encoded])
        #expect(back[1...] == ["a", "c", .nil])
        #expect(try LuaDecoder.decode([Int: String].self, from: back[0]) == value)
        let list = LuaValue.array(["x", .nil, "z"])
        #expect(try LuaDecoder.decode([Int: String].self, from: list) == [1: "x", 3: "z"])
        let names = ["1": "a", "40": "c"]
        let named = try await run("local t = ... return t, t[1], t['40']", [encode(names)])
        #expect(named[1...] == [.nil, "c"])
        #expect(try LuaDecoder.decode([String: String].self, from: named[0]) == names)
    }

    @Test(arguments: [
        (LuaValue.record(["x": 1]), "integer expected as key, got string"),
        (.array([1]), "1: string expected, got integer"),
        (.table(LuaTableValue(fields: [40: 1])), "40: string expected, got integer"),
    ])
    func `a wrong dictionary with integer keys is named`(value: LuaValue, message: String) throws {
        let error = #expect(throws: LuaConversionError.self) {
            try LuaDecoder.decode([Int: String].self, from: value)
        }
        #expect(error?.description == message)
    }

    @Test func `a superclass is written under its own key`() throws {
        let object = Derived()
        object.name = "x"
        let value = try encode(object)
        #expect(value == ["size": 1, "super": ["name": "x"].record].record)
        #expect(try LuaDecoder.decode(Derived.self, from: value).name == "x")
    }

    @Test func `nested containers are joined`() throws {
        let expected: [String: LuaValue] = [
            "record": ["list": .null, "record": 1].record,
            "list": .array(["x", .array([2]), .null]),
        ]
        #expect(try encode(Nested()) == expected.record)
    }

    @Test func `a value that contains itself is refused`() throws {
        let loop = Loop()
        loop.next = loop
        defer { loop.next = nil }
        let error = #expect(throws: LuaConversionError.self) { try LuaEncoder.encode(loop) }
        #expect(error?.problem == "nested too deeply; does the value contain itself?")
    }

    @Test func `dates are seconds and data is a list of bytes`() throws {
        let date = Date(timeIntervalSinceReferenceDate: 12.5)
        #expect(try encode(date) == 12.5)
        #expect(try LuaDecoder.decode(Date.self, from: 12.5) == date)
        #expect(try encode(Data([1, 255])) == .array([1, 255]))
        #expect(try LuaDecoder.decode(Data.self, from: .array([1, 255])) == Data([1, 255]))
        #expect(try encode(LuaBytes([0, 255])) == .string(LuaBytes([0, 255])))
    }

    @Test(arguments: [
        (LuaLimits(valueDepth: 2), "{{{}}}", "[1][1]: nested too deeply; does the table contain itself?"),
        (LuaLimits(valueElements: 3), "{1, 2, 3}", "[3]: the value has too many elements"),
        (LuaLimits(valueBytes: 100), "{('x'):rep(200)}", "[1]: the value is too large"),
    ])
    func `a value that is handed to the host has limits`(limits: LuaLimits, value: String, message: String)
        async throws
    {
        let error = try #require(try await failure(of: "return \(value)", limits: limits))
        #expect(error.code == .conversion)
        #expect(error.description == "result #1: " + message)
    }

    @Test func `a value that is handed to a script is nested no deeper than one that comes back`()
        async throws
    {
        var value = LuaValue.array([])
        for _ in 1...100 { value = .array([value]) }
        #expect(try await run("return 1", [value]) == [1])
        let error = await #expect(throws: LuaError.self) { try await run("return 1", [.array([value])]) }
        #expect(error?.description == "the value is nested more than 100 deep")
    }
}

@Suite struct MarkTests {
    private func roundTrip(_ value: LuaValue, _ text: String = "return ...") async throws -> LuaTableValue {
        let values = try await run(text, [value])
        guard case .table(let table) = values[0] else { throw LuaConversionError("no table") }
        return table
    }

    @Test func `an empty list and an empty record stay what they are`() async throws {
        #expect(try await roundTrip(LuaEncoder.encode([Int]())).kind == .list)
        #expect(try await roundTrip(LuaEncoder.encode([String: Int]())).kind == .record)
        #expect(try await roundTrip(.array([])).kind == .list)
        #expect(try await roundTrip(.record([:])).kind == .record)
        #expect(try await roundTrip(.table(LuaTableValue())).kind == nil)
        let inner = try await roundTrip(.record(["list": .array([]), "record": .record([:])]))
        guard case .table(let list)? = inner.fields["list"], case .table(let record)? = inner.fields["record"]
        else { throw LuaConversionError("no tables") }
        #expect(list.kind == .list && record.kind == .record)
    }

    @Test func `what a script puts into a table counts more than its mark`() async throws {
        #expect(try await roundTrip(.array([]), "local t = ... t.x = 1 return t").kind == .record)
        #expect(try await roundTrip(.record([:]), "local t = ... t[1] = 1 return t").kind == .list)
        #expect(try await roundTrip(.array([]), "local t = ... t[1] = 1 t[1] = nil return t").kind == .list)
        #expect(try await roundTrip(.array([]), "return {}").kind == nil)
    }

    @Test func `a script can use a marked table as any other`() async throws {
        let values = try await run(
            """
            local t = ...
            local hidden = getmetatable(t)
            table.insert(t, 'x')
            local length = #t
            setmetatable(t, {__index = function(_, key) return key end})
            return hidden, length, t[1], t.y, getmetatable(t) ~= hidden
            """,
            [.array([])]
        )
        #expect(values == [false, 1, "x", "y", true])
        let dropped = try await roundTrip(.array([]), "return setmetatable(..., nil)")
        #expect(dropped.kind == nil)
    }

    @Test func `an empty record stays one in JSON`() throws {
        let text = #"{"list":[],"record":{}}"#
        let value = try JSONDecoder().decode(LuaValue.self, from: Data(text.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == text)
        #expect(String(decoding: try encoder.encode(LuaValue.table(LuaTableValue())), as: UTF8.self) == "[]")
    }
}
