/// Rules are read by bytes: a mark that stands before a digit or separator makes it no other one.
extension String {
    /// The parts between white space of ASCII.
    var words: [String] {
        unicodeScalars.split { $0 == " " || (0x09...0x0D).contains($0.value) }.map { String($0) }
    }

    /// The parts between a separator, empty ones too.
    func bytesSplit(at separator: Unicode.Scalar) -> [String] {
        unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }

    /// A number of up to nine digits of ASCII; `nil` for every other text.
    var digits: Int? {
        guard (1...9).contains(utf8.count),
            utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(self)
    }

    /// A number of up to nine digits of ASCII, with or without a sign.
    var signedDigits: Int? {
        switch unicodeScalars.first {
        case "-": String(unicodeScalars.dropFirst()).digits.map { -$0 }
        case "+": String(unicodeScalars.dropFirst()).digits
        default: digits
        }
    }

    /// The text with the letters of ASCII in upper case.
    var upper: String {
        String(decoding: utf8.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
    }

    /// The beginning, for a message.
    func shown(_ length: Int) -> String { String(String.UnicodeScalarView(unicodeScalars.prefix(length))) }
}
