extension String {
    /// The text with a `?` for every scalar that could steer what shows it: control characters, those that turn the direction of
    /// what follows, and the separators of lines and paragraphs.
    package var withoutControls: String { withoutControls(keeping: "") }

    /// The same, but for line ends and tabs.
    package var withoutControlsInLines: String { withoutControls(keeping: "\n\t") }

    private func withoutControls(keeping kept: String) -> String {
        guard unicodeScalars.contains(where: { $0.steers && !kept.unicodeScalars.contains($0) }) else {
            return self
        }
        var text = UnicodeScalarView()
        for scalar in unicodeScalars {
            text.append(scalar.steers && !kept.unicodeScalars.contains(scalar) ? "?" : scalar)
        }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether it has no look of its own, but changes what is shown after it (UAX #9, 2; Unicode 16, 23.2).
    fileprivate var steers: Bool {
        switch value {
        case 0x20...0x7e: false
        case 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x206f, 0xfff9...0xfffb: true
        default: properties.generalCategory == .control
        }
    }
}
