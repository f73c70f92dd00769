extension BackupOptions {
    /// The tags by which this service knows its own snapshots begin so.
    private static let ownTags = ["run:", "configuration:", "agent:"]

    /// What of the options cannot be followed, one sentence each; empty if none.
    package var problems: [String] {
        var found: [String] = []
        for file in excludeFiles where !file.isAbsolutePath || file.utf8.contains(0) {
            found.append("exclude_files: '\(file.shownInMessage)' is not an absolute path")
        }
        for name in excludeIfPresent {
            let file = name.utf8.prefix { $0 != UInt8(ascii: ":") }
            if file.isEmpty || file.contains(UInt8(ascii: "/")) || name.utf8.contains(0) {
                found.append(
                    "exclude_if_present: '\(name.shownInMessage)' is not the name of a file, which has no '/'"
                )
            }
        }
        if let excludeLargerThan, excludeLargerThan < 1 {
            found.append("exclude_larger_than: \(excludeLargerThan) is less than 1 byte")
        }
        for tag in tags { if let problem = Self.problem(ofTag: tag) { found.append("tags: \(problem)") } }
        if let host,
            host.isEmpty || host.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0 == "\0" })
        {
            found.append("host: '\(host.shownInMessage)' is not the name of a host")
        }
        if let readConcurrency, !(1...1_000).contains(readConcurrency) {
            found.append("read_concurrency: \(readConcurrency) is not from 1 to 1000")
        }
        return found
    }

    /// restic cuts tags at commas, trims them, and takes an empty one for none.
    private static func problem(ofTag tag: String) -> String? {
        let scalars = tag.unicodeScalars
        let isTrimmed = ![scalars.first, scalars.last].contains { $0?.properties.isWhitespace ?? true }
        if !isTrimmed || scalars.contains(where: { $0 == "," || $0.value < 0x20 }) {
            return "'\(tag.shownInMessage)' is empty, or has a comma, or a blank at its begin or end"
        }
        guard let own = ownTags.first(where: tag.hasPrefix) else { return nil }
        return "'\(tag)' begins with '\(own)', by which the service knows its own snapshots"
    }
}

extension EnvironmentValue {
    /// Whether a text can be the name of a variable that a shell can set: letters, digits and `_`, no digit first.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

extension String {
    /// The text with `\0` in place of NUL characters.
    fileprivate var shownInMessage: String { replacing("\0", with: "\\0") }
}
