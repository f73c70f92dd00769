/// restic's patterns of what to leave out, byte by byte as it reads them.
enum ResticPattern {
    /// A pattern that matches exactly one path and all below it; it begins with `/`, which anchors it.
    static func literal(_ path: String) -> String {
        var pattern = String.UnicodeScalarView()
        for scalar in path.unicodeScalars {
            if ["\\", "*", "?", "[", "]"].contains(scalar) { pattern.append("\\") }
            pattern.append(scalar)
        }
        return String(pattern)
    }

    /// Whether a file of patterns has no way to say it, so that it is an argument.
    static func needsArgument(_ pattern: String) -> Bool {
        pattern.utf8.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    }

    /// The text of a file for `--exclude-file` that says the same as the patterns do as arguments: lines are trimmed there, `#`
    /// begins a comment, and `$` a variable.
    static func file(_ patterns: [String]) -> String {
        patterns.filter { !needsArgument($0) && !$0.isEmpty }.map { line(for: $0) + "\n" }.joined()
    }

    private static func line(for pattern: String) -> String {
        var scalars = Array(pattern.unicodeScalars.flatMap { $0 == "$" ? ["$", "$"] : [$0] })
        if let first = scalars.first, first == "#" || first.properties.isWhitespace {
            scalars.replaceSubrange(0..<1, with: ["[", first, "]"])
        }
        // A blank behind a backslash is one already, and would lose it by the trimming.
        if let last = scalars.last, last.properties.isWhitespace {
            let isEscaped = scalars.dropLast().last == "\\"
            scalars.replaceSubrange((scalars.count - (isEscaped ? 2 : 1))..., with: ["[", last, "]"])
        }
        var line = String.UnicodeScalarView()
        line.append(contentsOf: scalars)
        return String(line)
    }
}
