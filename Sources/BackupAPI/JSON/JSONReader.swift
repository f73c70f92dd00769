/// Reads JSON (RFC 8259) and nothing else: no comments, no repeated keys, no half surrogates, no bytes that are not UTF-8.
package struct JSONReader {
    /// Why a text is no JSON.
    package struct Failure: Error, CustomStringConvertible {
        /// What is wrong.
        package let problem: String
        /// The byte at which it is wrong, from 0.
        package let offset: Int

        package var description: String { "\(problem) at byte \(offset)" }
    }

    /// The API's bodies nest to a depth of about six; far more is an attack on the stack.
    private static let maximumDepth = 64

    let bytes: [UInt8]
    var position = 0

    /// Reads one value that fills the text.
    package static func read(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Failure(problem: "text that is not UTF-8", offset: 0)
        }
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.next == nil else { throw reader.failure("more than one value") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    func failure(_ problem: String) -> Failure {
        Failure(problem: next == nil ? "the end of the text" : problem, offset: position)
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let next, [0x20, 0x0a, 0x0d, 0x09].contains(next) { position += 1 }
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth < Self.maximumDepth else { throw failure("more than \(depth) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Failure) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("no value") }
        position += word.utf8.count
        return value
    }

    private mutating func members(depth: Int) throws(Failure) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        position += 1
        skipSpace()
        if skip("}") { return members }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("no key") }
            let key = try string()
            guard keys.insert(key).inserted else { throw failure("the key '\(key)' twice") }
            skipSpace()
            guard skip(":") else { throw failure("no ':'") }
            members.append(.init(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            if skip("}") { return members }
            guard skip(",") else { throw failure("no ',' and no '}'") }
        }
    }

    private mutating func elements(depth: Int) throws(Failure) -> [JSONValue] {
        var elements: [JSONValue] = []
        position += 1
        skipSpace()
        if skip("]") { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if skip("]") { return elements }
            guard skip(",") else { throw failure("no ',' and no ']'") }
        }
    }
}
