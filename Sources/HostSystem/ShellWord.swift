extension String {
    /// The text as one word of a shell (POSIX.1-2024, 2.2 "Quoting").
    package var shellWord: String {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let isPlain = utf8.allSatisfy { byte in
            letters.contains(byte | 0x20) && byte & 0x40 != 0 || digits.contains(byte)
                || "-_./:".utf8.contains(byte)
        }
        if isPlain, !isEmpty { return self }
        return "'" + unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }
}
