/// Splits a Lua source into tokens.
struct ScriptScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A first line that begins with '#' is for the shell.
        if bytes.first == UInt8(ascii: "#") { skipLine() }
    }

    mutating func tokens() -> [ScriptToken] {
        var tokens: [ScriptToken] = []
        while position < bytes.count {
            let start = position
            let firstLine = line
            guard var token = next() else { continue }
            token.range = start..<position
            token.line = firstLine
            tokens.append(token)
        }
        return tokens
    }

    /// The token at the position, `nil` for space and comments; goes on behind it.
    private mutating func next() -> ScriptToken? {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
            position += 2
            if longBracket() == nil { skipLine() }
            return nil
        case UInt8(ascii: "["):
            if let (text, isOpen) = longBracket() { return token(.string, text, isOpen: isOpen) }
            return symbol()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted(byte)
        case UInt8(ascii: "."):
            return peek(1).map(Self.isDigit) == true ? number() : symbol()
        case _ where Self.isDigit(byte): return number()
        case _ where Self.isLetter(byte):
            let word = take { Self.isLetter($0) || Self.isDigit($0) }
            return token(ScriptToken.keywords.contains(word) ? .keyword : .name, word)
        case UInt8(ascii: "\n"):
            line += 1
            position += 1
            return nil
        case 0...32:
            position += 1
            return nil
        default: return symbol()
        }
    }

    private func token(_ kind: ScriptToken.Kind, _ text: String, isOpen: Bool = false) -> ScriptToken {
        ScriptToken(kind: kind, text: text, line: 0, range: 0..<0, isOpen: isOpen)
    }

    private mutating func symbol() -> ScriptToken {
        let long = ["...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"].first { text in
            bytes[position...].starts(with: text.utf8)
        }
        let length = long?.utf8.count ?? 1
        defer { position += length }
        return token(.symbol, String(decoding: bytes[position..<position + length], as: UTF8.self))
    }

    private mutating func number() -> ScriptToken {
        let isHexadecimal = bytes[position] == UInt8(ascii: "0") && peek(1).map { $0 | 32 == 120 } == true
        var last: UInt8 = 0
        let text = take { byte in
            defer { last = byte | 32 }
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
                return last == UInt8(ascii: isHexadecimal ? "p" : "e")
            }
            return Self.isDigit(byte) || Self.isLetter(byte) || byte == UInt8(ascii: ".")
        }
        return token(.number, text)
    }

    // MARK: Strings

    private mutating func quoted(_ quote: UInt8) -> ScriptToken {
        var value: [UInt8] = []
        position += 1
        while let byte = peek(0), byte != UInt8(ascii: "\n") {
            position += 1
            if byte == quote { return token(.string, String(decoding: value, as: UTF8.self)) }
            if byte == UInt8(ascii: "\\") { escape(&value) } else { value.append(byte) }
        }
        return token(.string, String(decoding: value, as: UTF8.self), isOpen: true)
    }

    /// Reads what follows a backslash.
    private mutating func escape(_ value: inout [UInt8]) {
        guard let byte = peek(0) else { return }
        position += 1
        switch byte {
        case UInt8(ascii: "\n"):
            line += 1
            value.append(byte)
        case UInt8(ascii: "z"):
            _ = take { byte in byte <= 32 }
        case UInt8(ascii: "x"):
            let digits = bytes[position...].prefix(2)
            position += digits.count
            value.append(UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0)
        case UInt8(ascii: "u"):
            let digits = take { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "\n") }.dropFirst()
            position = min(position + 1, bytes.count)
            let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
            value += Array(String(Character(scalar)).utf8)
        case _ where Self.isDigit(byte):
            position -= 1
            let digits = bytes[position...].prefix(3).prefix(while: Self.isDigit)
            position += digits.count
            value.append(UInt8(String(decoding: digits, as: UTF8.self)) ?? 0)
        default: value.append(Self.escapes[byte] ?? byte)
        }
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
    ]

    /// Reads `[[…]]` or `[=[…]=]`; `nil` where there is none.
    private mutating func longBracket() -> (text: String, isOpen: Bool)? {
        guard peek(0) == UInt8(ascii: "[") else { return nil }
        let level = bytes[(position + 1)...].prefix { $0 == UInt8(ascii: "=") }
        guard peek(1 + level.count) == UInt8(ascii: "[") else { return nil }
        let end = [UInt8(ascii: "]")] + level + [UInt8(ascii: "]")]
        position += level.count + 2
        // A line end at the beginning is not of the text.
        if peek(0) == UInt8(ascii: "\n") {
            line += 1
            position += 1
        }
        let start = position
        while position < bytes.count {
            if bytes[position...].starts(with: end) {
                defer { position += end.count }
                return (String(decoding: bytes[start..<position], as: UTF8.self), false)
            }
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        return (String(decoding: bytes[start...], as: UTF8.self), true)
    }

    // MARK: Bytes

    private func peek(_ offset: Int) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private mutating func take(while isWanted: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek(0), isWanted(byte) {
            if byte == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipLine() {
        while let byte = peek(0), byte != UInt8(ascii: "\n") { position += 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (65...90).contains(byte & 0xdf)
    }
}
