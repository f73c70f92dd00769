package import LuaKit

/// Reads JSON as RFC 8259 has it and nothing beyond. Of names that an object has twice, the last one counts.
///
/// An integer that fits in 64 bits is an integer; any other number, also `1.0`, is a float, as in Lua's own sources.
package struct JSONReader {
    /// Nested lists and objects: what a script can hand back to the host.
    static let depthLimit = 100

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private let memory: Int
    /// What of it the value so far leaves.
    private var memoryLeft: Int

    /// Reads a whole text. Throws what is wrong with it and where, and when Lua needs more than so many bytes for the value.
    package static func read(_ text: String, memory: Int = .max) throws(ArgumentProblem) -> LuaValue {
        var reader = JSONReader(bytes: Array(text.utf8), memory: memory)
        let value = try reader.value()
        guard reader.next() == nil else { throw reader.expected("the end") }
        return value
    }

    private init(bytes: [UInt8], memory: Int) {
        self.bytes = bytes
        self.memory = memory
        memoryLeft = memory
    }

    /// Counts what Lua needs at least: a few bytes of text become many of tables.
    private mutating func spend(_ count: Int) throws(ArgumentProblem) {
        memoryLeft -= count
        guard memoryLeft >= 0 else {
            throw ArgumentProblem("its value needs more than the script's \(memory) bytes of memory")
        }
    }

    // MARK: Values

    private mutating func value() throws(ArgumentProblem) -> LuaValue {
        switch next() ?? 0 {
        case UInt8(ascii: "{"): return try nested { reader throws(ArgumentProblem) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(ArgumentProblem) in try reader.list() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default:
            for (word, value) in [
                ("true", LuaValue.boolean(true)), ("false", .boolean(false)), ("null", .null),
            ]
            where bytes[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return value
            }
            throw expected("a value")
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(ArgumentProblem) -> LuaTableValue
    ) throws(ArgumentProblem) -> LuaValue {
        guard depth < Self.depthLimit else { throw problem("it is nested more than \(Self.depthLimit) deep") }
        depth += 1
        position += 1
        try spend(56)
        let table = try read(&self)
        depth -= 1
        return .table(table)
    }

    private mutating func list() throws(ArgumentProblem) -> LuaTableValue {
        var table = LuaTableValue(mark: .list)
        if take("]") { return table }
        repeat {
            try spend(16)
            table.items.append(try value())
        } while take(",")
        guard take("]") else { throw expected("',' or ']'") }
        return table
    }

    private mutating func object() throws(ArgumentProblem) -> LuaTableValue {
        var table = LuaTableValue(mark: .record)
        if take("}") { return table }
        repeat {
            guard next() == UInt8(ascii: "\"") else { throw expected("a name in quotes") }
            let name = try string()
            guard take(":") else { throw expected("':'") }
            try spend(24)
            table.fields[.string(name)] = try value()
        } while take(",")
        guard take("}") else { throw expected("',' or '}'") }
        return table
    }

    // MARK: Numbers

    private mutating func number() throws(ArgumentProblem) -> LuaValue {
        let start = position
        skip("-")
        if !skip("0") { try digits() }
        var isInteger = true
        if skip(".") {
            isInteger = false
            try digits()
        }
        if skip("e") || skip("E") {
            isInteger = false
            if !skip("+") { skip("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw problem("the number is too big") }
        return .number(number)
    }

    private mutating func digits() throws(ArgumentProblem) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw expected("a digit") }
    }

    // MARK: Strings

    private mutating func string() throws(ArgumentProblem) -> LuaBytes {
        var text: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] >= 0x20 {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                // Short texts that are equal are one.
                if text.count > 40 { try spend(24 + text.count) }
                return LuaBytes(text)
            case UInt8(ascii: "\\"): text += try escape()
            default: text.append(byte)
            }
        }
        throw position < bytes.count
            ? problem("a control character in a text has to be escaped") : expected("'\"'")
    }

    private mutating func escape() throws(ArgumentProblem) -> [UInt8] {
        let escapes: [Character: UInt8] = [
            "\"": 0x22, "\\": 0x5c, "/": 0x2f, "b": 0x08, "f": 0x0c, "n": 0x0a, "r": 0x0d, "t": 0x09,
        ]
        if skip("u") { return Array(String(Character(try scalar())).utf8) }
        guard position < bytes.count, let byte = escapes[Character(Unicode.Scalar(bytes[position]))] else {
            throw problem("there is no such escape")
        }
        position += 1
        return [byte]
    }

    /// A character in four hexadecimal digits, or in two times four as UTF-16 has it.
    private mutating func scalar() throws(ArgumentProblem) -> Unicode.Scalar {
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xdc00, skip("\\"), skip("u") else {
            throw problem("half of a surrogate pair is missing")
        }
        let low = try hexadecimal()
        guard (0xdc00...0xdfff).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
        else { throw problem("half of a surrogate pair is missing") }
        return scalar
    }

    private mutating func hexadecimal() throws(ArgumentProblem) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw expected("four hexadecimal digits") }
        position += 4
        return unit
    }

    // MARK: Bytes

    /// The next byte that is no white space; `nil` at the end.
    private mutating func next() -> UInt8? {
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    /// Goes over a mark and the white space before it, if it is there.
    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        _ = next()
        return skip(mark)
    }

    /// Goes over a character, if it is there.
    @discardableResult
    private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private func expected(_ what: String) -> ArgumentProblem {
        problem("\(what) expected\(position < bytes.count ? "" : ", and the text ends")")
    }

    private func problem(_ text: String) -> ArgumentProblem {
        let before = bytes[..<position]
        let line = before.count { $0 == 0x0a } + 1
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        // Bytes that go on with a character do not count.
        let column = before[lineStart...].count { $0 & 0xc0 != 0x80 } + 1
        return ArgumentProblem("the text is no JSON: line \(line), column \(column): \(text)")
    }
}
