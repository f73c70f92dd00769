extension JSONReader {
    /// The digits of a number in JSON's own form.
    mutating func number() throws(Failure) -> String {
        let start = position
        _ = skip("-")
        guard let first = next, isDigit(first) else { throw failure("no value") }
        if !skip("0") { skipDigits() }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            try digits()
        }
        if let next, isDigit(next) { throw failure("a number that begins with 0") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func skipDigits() {
        while let next, isDigit(next) { position += 1 }
    }

    private mutating func digits() throws(Failure) {
        guard let next, isDigit(next) else { throw failure("no digit") }
        skipDigits()
    }

    /// A string without its quotes.
    mutating func string() throws(Failure) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                text += String(Character(try escaped())).utf8
            case 0..<0x20: throw failure("a control character")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw failure("no end of the string")
    }

    private mutating func escaped() throws(Failure) -> Unicode.Scalar {
        guard let byte = next else { throw failure("no escape") }
        let plain: Unicode.Scalar
        switch byte {
        case UInt8(ascii: "n"): plain = "\n"
        case UInt8(ascii: "t"): plain = "\t"
        case UInt8(ascii: "r"): plain = "\r"
        case UInt8(ascii: "b"): plain = "\u{8}"
        case UInt8(ascii: "f"): plain = "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = Unicode.Scalar(byte)
        case UInt8(ascii: "u"):
            position += 1
            return try unicode()
        default: throw failure("an unknown escape")
        }
        position += 1
        return plain
    }

    /// Four hexadecimal digits, or two times four that are a surrogate pair.
    private mutating func unicode() throws(Failure) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, skip("\\"), skip("u") else { throw failure("half a surrogate pair") }
        let second = try hexadecimal()
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw failure("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("no hexadecimal digit")
            }
            value = value << 4 + UInt32(digit)
            position += 1
        }
        return value
    }
}
