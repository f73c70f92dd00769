extension String {
    /// The text with the marks of HTML and XML replaced, scalar by scalar: an accent after a `<` changes nothing.
    package var escapedForMarkup: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            if let mark = scalar.markupEscape { text += mark } else { text.unicodeScalars.append(scalar) }
        }
    }
}

extension Unicode.Scalar {
    /// What stands for the scalar where it is a mark of HTML or XML, also between quotation marks.
    package var markupEscape: String? {
        switch self {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'": "&#39;"
        default: nil
        }
    }
}
