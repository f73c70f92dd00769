import BackupAPI

/// A piece of HTML. Text comes in through the escape alone: what a literal says stands as it is, and what is put into it is
/// escaped, between tags and between quotation marks.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    /// The HTML as it is sent.
    private(set) var text: String

    init(stringLiteral value: String) {
        text = value
    }

    init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
    }

    /// Pieces one after another.
    init(_ pieces: [HTML]) {
        text = pieces.reduce(into: "") { $0 += $1.text }
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate(set) var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }

        /// Text, escaped; what would steer the page's own text is replaced.
        mutating func appendInterpolation(_ value: String) {
            text += value.withoutControlsInLines.escapedForMarkup
        }

        mutating func appendInterpolation(_ value: Int) { text += "\(value)" }

        mutating func appendInterpolation(_ value: HTML) { text += value.text }

        mutating func appendInterpolation(_ value: HTML?) { text += value?.text ?? "" }

        mutating func appendInterpolation(_ pieces: [HTML]) { text += HTML(pieces).text }
    }
}
