import PluginHost

/// Finds the aliases of a YAML text before it is parsed: a few that name one another stand for more than a memory holds,
/// and the parser itself would look at all of it where one is a key.
enum YAMLAliases {
    /// Throws where a name stands as an anchor and as an alias.
    ///
    /// It looks at all of the text, quotes and comments too. What is no name for the parser is none here, so that no alias is
    /// overlooked: names are letters, digits, `_` and `-`, and neither a letter nor a digit stands before their mark.
    static func refuse(in text: String) throws {
        let bytes = Array(text.utf8)
        var anchors: Set<ArraySlice<UInt8>> = []
        var line = 1
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            let isAlias = byte == UInt8(ascii: "*")
            guard isAlias || byte == UInt8(ascii: "&"), index == 0 || !isLetter(bytes[index - 1]) else {
                continue
            }
            let name = bytes[(index + 1)...].prefix {
                isLetter($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
            guard !name.isEmpty else { continue }
            guard isAlias else {
                anchors.insert(name)
                continue
            }
            guard !anchors.contains(name) else {
                let shown = String(decoding: name.prefix(40), as: UTF8.self)
                throw ArgumentProblem(
                    "the text is no YAML that is understood: line \(line): the alias '*\(shown)'; write out what it stands for"
                )
            }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
