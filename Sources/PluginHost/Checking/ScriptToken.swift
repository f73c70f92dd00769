/// A word, literal or symbol of a Lua source, as the manual has them in section 3.1; space and comments are none.
package struct ScriptToken: Hashable, Sendable {
    /// What it is.
    package enum Kind: Sendable {
        /// A name that is no keyword.
        case name
        /// A keyword, `nil`, `true` and `false` among them.
        case keyword
        /// A literal string; the token's text is its value.
        case string
        /// A number.
        case number
        /// An operator, a bracket or a separator.
        case symbol
    }

    /// What it is.
    package var kind: Kind
    /// The text in the source; of a string its value.
    package var text: String
    /// The line on which it begins, from 1.
    package var line: Int
    /// Where in the source it is, in bytes of UTF-8.
    package var range: Range<Int>
    /// Whether the source ends inside it, or the line does: a string without its end.
    package var isOpen = false

    /// The words that are no names.
    package static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
        "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
    ]

    /// Whether it is this symbol or keyword.
    package func `is`(_ text: String) -> Bool {
        (kind == .symbol || kind == .keyword) && self.text == text
    }
}

extension [ScriptToken] {
    /// The tokens of a Lua source, in order. What is no Lua is passed over.
    package init(source: [UInt8]) {
        var scanner = ScriptScanner(source)
        self = scanner.tokens()
    }
}
