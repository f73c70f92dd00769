/// SQL as all drivers take it, put into the words of one.
///
/// | in the text | means |
/// |---|---|
/// | `$1`, `$2`, … | a placeholder, by its number; one may stand several times and in any order |
/// | `{int}`, `{id}`, `{bytes}` | the type of a whole number of 64 bits, of a primary key that is counted up, of bytes |
/// | `{text}` | the type of a text that is ordered or looked up by its beginning: the order is that of its bytes |
/// | `{strict}`, `{keyed}` | the end of a table that takes values of its columns' types only, and of one without an own key |
/// | `{utc}a{/utc}` | microseconds since 1970 as `2026-11-30T16:00:00.000Z` |
/// | `{share}`, `{change}` | the end of a `SELECT` by which something is decided: nobody changes its rows meanwhile; with `{change}` nobody shares them either |
struct SQLText {
    /// What stands before the number of a placeholder.
    let placeholder: String
    let words: [String: String]

    /// SQLite counts the placeholders `?1`; `$1` it would take for a name, whose number is that of its first appearance. It
    /// has one writer at a time, so nothing is locked.
    static let sqlite = SQLText(
        placeholder: "?",
        words: [
            "int": "INTEGER", "id": "INTEGER PRIMARY KEY", "bytes": "BLOB", "text": "TEXT",
            "strict": "STRICT", "keyed": "STRICT, WITHOUT ROWID",
            "utc": "strftime('%Y-%m-%dT%H:%M:%fZ', ", "/utc": " / 1e6, 'unixepoch')",
            "share": "", "change": "",
        ]
    )

    /// The text in the driver's words; `castToText` are the numbers of placeholders that get a text as bytes.
    func translate(_ sql: String, castToText: Set<Int> = []) -> String {
        var (text, rest) = ("", sql[...])
        while let mark = rest.utf8.firstIndex(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "{") }) {
            text += rest[..<mark]
            let isPlaceholder = rest.utf8[mark] == UInt8(ascii: "$")
            rest = rest[rest.utf8.index(after: mark)...]
            if isPlaceholder {
                let number = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest[number.endIndex...]
                let isCast = Int(number).map(castToText.contains) ?? false
                text += isCast ? "CAST(\(placeholder)\(number) AS TEXT)" : placeholder + number
            } else if let end = rest.firstIndex(of: "}"), let word = words[String(rest[..<end])] {
                text += word
                rest = rest[rest.index(after: end)...]
            } else {
                text += "{"
            }
        }
        return text + rest
    }
}
