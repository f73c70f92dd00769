/// Commands as one text, as restic splits them: at blanks outside of quotes of either kind, with no way to write a quote within
/// its own kind, and a backslash that means nothing but before a quote.
enum ResticWords {
    /// The words as restic reads them back; `nil` where it cannot.
    static func joined(_ words: [String]) -> String? {
        var quoted: [String] = []
        for word in words {
            guard let text = Self.quoted(word) else { return nil }
            quoted.append(text)
        }
        return quoted.joined(separator: " ")
    }

    /// One word in quotes; `nil` for one that is empty, that has quotes of both kinds, or a backslash before a quote.
    static func quoted(_ word: String) -> String? {
        guard !word.isEmpty, !word.utf8.contains(0), word.utf8.last != UInt8(ascii: "\\") else { return nil }
        for quote in ["'", "\""] where !word.contains(quote) { return quote + word + quote }
        return nil
    }
}
