/// What a column holds in place of a large text: `{"$value_file":"SHA-256","bytes":N}`.
struct ValueReference: Equatable {
    static let beginning = #"{"$value_file":""#

    var sha256: String
    var byteCount: Int

    var text: String { #"\#(Self.beginning)\#(sha256)","bytes":\#(byteCount)}"# }

    init(sha256: String, byteCount: Int) {
        self.sha256 = sha256
        self.byteCount = byteCount
    }

    /// `nil` for any other text: the digest becomes a file's name, so it is 64 hexadecimal digits and nothing else.
    init?(text: String) {
        let parts = text.dropFirst(Self.beginning.count).split(separator: #"","bytes":"#)
        guard parts.count == 2, parts[0].count == 64, parts[0].allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let byteCount = Int(parts[1].dropLast())
        else { return nil }
        self.init(sha256: String(parts[0]), byteCount: byteCount)
        guard self.text == text else { return nil }
    }
}
