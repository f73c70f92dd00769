/// What a function answers, or what a value is: `string: the backup's id`.
struct ResultDescription: Hashable, Sendable {
    /// The type as people read it.
    let type: String
    /// What it is, with its unit; may be empty.
    let summary: String

    /// Splits a text at the first colon that stands in no parentheses and no quotes.
    init(_ text: String) {
        var depth = 0
        var isQuoted = false
        for index in text.indices {
            switch text[index] {
            case "\"": isQuoted.toggle()
            case "(" where !isQuoted: depth += 1
            case ")" where !isQuoted: depth -= 1
            case ":" where !isQuoted && depth == 0:
                type = String(text[..<index])
                summary = String(text[text.index(after: index)...].drop(while: \.isWhitespace))
                return
            default: break
            }
        }
        (type, summary) = (text, "")
    }
}
