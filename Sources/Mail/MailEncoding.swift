import Foundation

/// The two encodings that bring any text through mail servers that know ASCII only.
enum MailEncoding {
    /// A header's text: itself when that is short plain ASCII, else encoded words of UTF-8 (RFC 2047), one a line.
    static func headerText(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7e).contains($0) } && !text.contains("=?")
        if isPlain, text.utf8.count <= 66 { return text }
        var words: [String] = []
        var word: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            // A word has at most 75 characters, 12 of them around the text; a character is never cut in two.
            if word.count + bytes.count > 45 {
                words.append(encodedWord(word))
                word = []
            }
            word += bytes
        }
        return (words + [encodedWord(word)]).joined(separator: "\r\n ")
    }

    private static func encodedWord(_ bytes: [UInt8]) -> String {
        "=?utf-8?B?\(Data(bytes).base64EncodedString())?="
    }

    /// A text of lines as quoted-printable (RFC 2045, 6.7): lines of at most 76 characters that end in CRLF.
    static func quotedPrintable(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines.map { quotedPrintable(line: Array($0.utf8)) + "\r\n" }.joined()
    }

    private static func quotedPrintable(line: [UInt8]) -> String {
        var text = ""
        var width = 0
        for (index, byte) in line.enumerated() {
            let isBlank = byte == 0x20 || byte == 0x09
            let isPrintable = (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "=")
            let isFirst = width == 0 || width == longest
            // A blank at the end would be lost, and a dot at the beginning means something to SMTP.
            let isSpecial = isBlank && index == line.count - 1 || isFirst && byte == UInt8(ascii: ".")
            let isLiteral = (isPrintable || isBlank) && !isSpecial
            let piece = isLiteral ? String(UnicodeScalar(byte)) : hexadecimal(byte)
            if width + piece.utf8.count > longest {
                text += "=\r\n"
                width = 0
            }
            text += piece
            width += piece.utf8.count
        }
        return text
    }

    /// The most characters of a line before the `=` that breaks it.
    private static let longest = 75

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "=0\(digits)" : "=\(digits)"
    }
}
