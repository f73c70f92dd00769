import Foundation

/// How programs and servers write a secret down again: as it is, as base64 and hexadecimal digits, as addresses, HTML and
/// quotations of shells, SQL and CSV have it, and all of these in JSON, or in JSON within JSON.
///
/// A text of letters and digits is the same in all but the first two.
package enum SecretForms {
    /// Shorter pieces of base64 stand in too much else.
    private static let shortestPiece = 6
    /// Of longer ones, which are keys and no passwords, only the simple forms are kept: each has some hundred.
    private static let longestNested = 4_096

    /// All forms of a value, each once.
    package static func all(of value: [UInt8]) -> Set<[UInt8]> {
        let encoded = base64(of: value) + hexadecimal(of: value)
        var forms = Set(encoded + encoded.flatMap(addresses))
        if let text = String(validating: value, as: UTF8.self) {
            forms.insert(text)
            forms.formUnion(addresses(text) + html(text) + quotations(text))
            forms.formUnion(json(text))
        }
        if value.count <= longestNested { forms.formUnion(forms.flatMap(json)) }
        return Set(forms.map { Array($0.utf8) }).union([value])
    }

    // MARK: Bytes

    /// The whole, and what its bytes alone decide where others stand before and after them; with both alphabets
    /// (RFC 4648, 4 and 5).
    private static func base64(of value: [UInt8]) -> [String] {
        var pieces = [String(Data(value).base64EncodedString().prefix { $0 != "=" })]
        for shift in 0..<3 {
            let all = Data(repeating: 0, count: shift) + value
            let digits = all.base64EncodedString()
            // A digit is six bits.
            let piece = digits.prefix(all.count * 8 / 6).dropFirst((shift * 8 + 5) / 6)
            if piece.count >= shortestPiece { pieces.append(String(piece)) }
        }
        return pieces + pieces.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
    }

    private static func hexadecimal(of value: [UInt8]) -> [String] {
        [Digits.lower, .upper].map { digits in
            String(decoding: value.flatMap { digits.two($0) }, as: UTF8.self)
        }
    }

    /// Hexadecimal digits, small or capital.
    private struct Digits {
        static let lower = Digits(text: Array("0123456789abcdef".utf8))
        static let upper = Digits(text: Array("0123456789ABCDEF".utf8))

        let text: [UInt8]

        func two(_ byte: UInt8) -> [UInt8] { [text[Int(byte >> 4)], text[Int(byte & 15)]] }

        /// `\u00e9`, or two of them for what is beyond 16 bits.
        func escape(_ scalar: Unicode.Scalar) -> String {
            String(scalar).utf16.reduce(into: "") { result, unit in
                let bytes = two(UInt8(unit >> 8)) + two(UInt8(unit & 255))
                result += "\\u" + String(decoding: bytes, as: UTF8.self)
            }
        }
    }

    // MARK: Texts

    /// The insides of JSON's strings, as the writers of several languages make them.
    private static func json(_ text: String) -> [String] {
        let short: [Unicode.Scalar: String] = [
            "\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{8}": "\\b",
            "\u{c}": "\\f",
        ]
        /// What is written as `\u003c`; whether that is all beyond ASCII too, and whether a slash has a backslash.
        let writers: [(coded: String, isASCII: Bool, slash: Bool, digits: Digits)] = [
            ("", false, false, .lower), ("", false, true, .lower), ("", true, false, .lower),
            ("", true, true, .lower), ("<>&", false, false, .lower), ("<>&='", false, false, .lower),
            ("<>&'\"+`", true, false, .upper),
        ]
        return writers.map { writer in
            text.replacingScalars { scalar in
                if writer.coded.unicodeScalars.contains(scalar) { return writer.digits.escape(scalar) }
                if let known = short[scalar] { return known }
                if scalar == "/", writer.slash { return "\\/" }
                let isPlain = scalar.value >= 0x20 && (scalar.isASCII || !writer.isASCII)
                return isPlain ? nil : writer.digits.escape(scalar)
            }
        }
    }

    /// The parts of addresses and forms, with all that someone leaves as it is.
    private static func addresses(_ text: String) -> [String] {
        let kept = ["-._~", "-._~!'()*", "-._~/", "-._*", "-._~!$&'()*+,;=:@", "-._~!$&'()*+,;=:@/?#"]
        return kept.flatMap { kept in
            [Digits.lower, .upper].flatMap { digits in
                ["%20", "+"].map { space in
                    text.replacingScalars { scalar in
                        if scalar == " " { return space }
                        let isLetter = scalar.isASCII && scalar.properties.isAlphabetic
                        let isDigit = scalar.isASCII && scalar.properties.numericType != nil
                        guard !isLetter, !isDigit, !kept.unicodeScalars.contains(scalar) else { return nil }
                        let bytes = String(scalar).utf8.flatMap { [UInt8(ascii: "%")] + digits.two($0) }
                        return String(decoding: bytes, as: UTF8.self)
                    }
                }
            }
        }
    }

    private static func html(_ text: String) -> [String] {
        let quotes = [
            ("&quot;", "&#39;"), ("&quot;", "&#x27;"), ("&#34;", "&#39;"), ("&quot;", "&apos;"),
            ("&quot;", "'"), ("\"", "'"),
        ]
        return quotes.map { double, single in
            text.replacingScalars { scalar in
                switch scalar {
                case "\"": double
                case "'": single
                default: scalar.markupEscape
                }
            }
        }
    }

    /// Between quotation marks.
    private static func quotations(_ text: String) -> [String] {
        let marks: [[Unicode.Scalar: String]] = [
            ["'": #"'\''"#], ["'": #"'"'"'"#], ["'": "''"], ["'": #"\'"#, "\\": #"\\"#], ["\"": "\"\""],
            ["\"": #"\""#, "\\": #"\\"#, "$": #"\$"#, "`": #"\`"#],
        ]
        return marks.map { marks in text.replacingScalars { marks[$0] } }
    }
}

extension String {
    /// The text with those of its scalars replaced for which there is a replacement.
    fileprivate func replacingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
        unicodeScalars.reduce(into: "") { result, scalar in
            if let text = replacement(scalar) { result += text } else { result.unicodeScalars.append(scalar) }
        }
    }
}
