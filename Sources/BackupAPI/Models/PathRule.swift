/// A file or folder that a configuration or a restore includes or excludes (contract 3.10).
public struct PathRule: Codable, Hashable, Sendable {
    /// What the path names.
    public enum Kind: String, Codable, Sendable {
        /// One file.
        case file
        /// A folder and all below it.
        case folder
    }

    /// What the path names.
    public var type: Kind
    /// The absolute path; a folder's ends in `/` in the contract's samples, and need not.
    public var path: String

    /// Makes a rule.
    public init(type: Kind, path: String) {
        self.type = type
        self.path = path
    }

    /// The path without its trailing separator, for comparison by bytes; the root stays `/`.
    package var comparablePath: String {
        let bytes = path.utf8
        guard bytes.count > 1, bytes.last == UInt8(ascii: "/") else { return path }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }

    /// Two rules are one where their bytes are: `é` has two spellings, and they are two names.
    public static func == (left: PathRule, right: PathRule) -> Bool {
        left.type == right.type && left.path.utf8.elementsEqual(right.path.utf8)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(Array(path.utf8))
    }
}

extension PathRule {
    /// The problems that the contract's rules 1 to 4 find in a configuration's paths, one sentence each; empty if none.
    ///
    /// Takes time that grows with the length of all paths together.
    public static func problems(inclusions: [PathRule], exclusions: [PathRule]) -> [String] {
        var found: [String] = []
        if inclusions.isEmpty { found.append("inclusions: at least one path is needed") }
        for rule in inclusions + exclusions where !rule.path.isAbsolutePath {
            found.append("path '\(rule.path)' is not absolute")
        }
        found += repeats(in: inclusions, list: "inclusions") + repeats(in: exclusions, list: "exclusions")
        found += nested(in: inclusions, list: "inclusions") + nested(in: exclusions, list: "exclusions")
        let (included, excluded) = (PathTree(inclusions), PathTree(exclusions))
        for rule in inclusions {
            if excluded.rule(at: rule.path) != nil {
                found.append("path '\(rule.path)' is both included and excluded")
            } else if let outer = excluded.rule(above: rule.path) {
                found.append("inclusion '\(rule.path)' lies below the exclusion '\(exclusions[outer].path)'")
            }
        }
        for rule in exclusions where !included.covers(rule.path) {
            found.append("exclusion '\(rule.path)' lies below no inclusion")
        }
        return found
    }

    private static func repeats(in rules: [PathRule], list: String) -> [String] {
        var seen = PathTree()
        return rules.enumerated().filter { seen.insert($1.path, $0) != nil }
            .map { "\(list): '\($1.path)' is there twice" }
    }

    private static func nested(in rules: [PathRule], list: String) -> [String] {
        let tree = PathTree(rules)
        return rules.compactMap { rule in
            guard let outer = tree.rule(above: rule.path) else { return nil }
            return "\(list): '\(rule.path)' lies below '\(rules[outer].path)'"
        }
    }
}
