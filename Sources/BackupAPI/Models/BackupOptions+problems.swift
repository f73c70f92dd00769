extension ConfigurationDraft {
    /// What of its options cannot be followed, one sentence each; empty if none.
    package var optionProblems: [String] {
        options.problems + (options.standardInput.map { inputProblems($0) } ?? [])
    }

    private func inputProblems(_ input: StandardInput) -> [String] {
        var found = input.problems
        if inclusions != [input.path] {
            found.append("stdin: the backup has the one path '\(input.path.path)', and no other inclusions")
        }
        let lists: [(name: String, isUsed: Bool)] = [
            ("exclusions", !exclusions.isEmpty || !exclusionPatterns.isEmpty),
            ("exclude_files", !options.excludeFiles.isEmpty),
            ("exclude_if_present", !options.excludeIfPresent.isEmpty),
            ("exclude_caches", options.excludeCaches),
            ("exclude_larger_than", options.excludeLargerThan != nil),
            ("one_file_system", options.oneFileSystem),
            ("ignore_inode", options.ignoreInode),
            ("with_atime", options.withAccessTime),
        ]
        found += lists.filter(\.isUsed).map { "\($0.name): it means nothing with 'stdin'" }
        return found
    }
}

extension BackupOptions {
    /// The tags by which this service knows its own snapshots begin so.
    private static let ownTags = ["run:", "configuration:", "agent:"]

    fileprivate var problems: [String] {
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

extension StandardInput {
    fileprivate var problems: [String] {
        var found: [String] = []
        if command.first?.isEmpty ?? true { found.append("stdin: 'command' has no program") }
        for word in command where word.utf8.contains(0) {
            found.append("stdin: 'command' has a NUL character in '\(word.shownInMessage)'")
        }
        let isName =
            !["", ".", ".."].contains(filename)
            && !filename.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
        if !isName {
            found.append(
                "stdin: the filename '\(filename.shownInMessage)' is not a name without '/', as 'shop.sql' is"
            )
        }
        for name in environment.keys.sorted() where !EnvironmentValue.isName(name) {
            found.append("stdin: '\(name.shownInMessage)' is not the name of a variable")
        }
        for case (let name, .text(let text)) in environment.sorted(by: { $0.key < $1.key })
        where text.utf8.contains(0) {
            found.append("stdin: the variable '\(name)' has a NUL character")
        }
        return found
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
