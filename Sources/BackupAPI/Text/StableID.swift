/// UUIDs that depend on a text only, so that every process and every start derives the same one.
///
/// A UUID of version 8 (RFC 9562, 5.8) over the 128-bit FNV-1a hash of the text's UTF-8.
package enum StableID {
    /// The UUID of a text, in lower case.
    package static func uuid(of text: String) -> String {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in text.utf8 {
            hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
        hash = hash & ~(0xf << 76) | (0x8 << 76)
        hash = hash & ~(0x3 << 62) | (0x2 << 62)
        let digits = Array(String(hash, radix: 16))
        let padded = String(repeating: "0", count: 32 - digits.count) + String(digits)
        var text = ""
        for (index, digit) in padded.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
