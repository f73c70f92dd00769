/// A recurrence rule of iCalendar taken apart: `NAME=VALUE` between semicolons, each name once and none without a value.
package struct RecurrenceParts: Sendable {
    /// What is wrong with a text.
    package enum Problem: Error, Hashable {
        /// A part is not of the form `NAME=VALUE`.
        case noPair(String)
        /// A name is there twice.
        case repeated(String)
        /// A name has no value, or its list has an empty place.
        case empty(String)
    }

    /// The parts, in their order and as they are written.
    package let parts: [(name: String, value: String)]
    /// Whether the text begins with `RRULE:`.
    package let hasPrefix: Bool

    /// Takes a rule apart, with or without `RRULE:`.
    package init(_ text: String) throws(Problem) {
        let prefix = "RRULE:".utf8
        hasPrefix = text.utf8.starts(with: prefix)
        let body = hasPrefix ? String(Substring(text.utf8.dropFirst(prefix.count))) : text
        var parts: [(name: String, value: String)] = []
        for part in body.bytesSplit(at: ";") {
            let sides = part.bytesSplit(at: "=")
            guard sides.count == 2, !sides[0].isEmpty else { throw .noPair(part) }
            // Names are the same in any case: RFC 5545, 2.
            guard !parts.contains(where: { $0.name.upper == sides[0].upper }) else {
                throw .repeated(sides[0])
            }
            guard !sides[1].bytesSplit(at: ",").contains("") else { throw .empty(sides[0]) }
            parts.append((sides[0], sides[1]))
        }
        self.parts = parts
    }
}
