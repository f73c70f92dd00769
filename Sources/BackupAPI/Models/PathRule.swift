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

    /// The path without its trailing separator, for comparison; the root stays `/`.
    package var comparablePath: String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Whether `other` lies strictly below this rule's path.
    package func contains(_ other: PathRule) -> Bool {
        let own = comparablePath
        let prefix = own == "/" ? "/" : own + "/"
        return other.comparablePath != own && other.comparablePath.hasPrefix(prefix)
    }
}

extension PathRule {
    /// The problems that the contract's rules 1 to 4 find in a configuration's paths, one sentence each; empty if none.
    public static func problems(inclusions: [PathRule], exclusions: [PathRule]) -> [String] {
        var found: [String] = []
        if inclusions.isEmpty { found.append("inclusions: at least one path is needed") }
        for rule in inclusions + exclusions where !rule.path.hasPrefix("/") {
            found.append("path '\(rule.path)' is not absolute")
        }
        found += repeats(in: inclusions, list: "inclusions") + repeats(in: exclusions, list: "exclusions")
        found += nested(in: inclusions, list: "inclusions") + nested(in: exclusions, list: "exclusions")
        for rule in inclusions {
            if exclusions.contains(where: { $0.comparablePath == rule.comparablePath }) {
                found.append("path '\(rule.path)' is both included and excluded")
            } else if let outer = exclusions.first(where: { $0.contains(rule) }) {
                found.append("inclusion '\(rule.path)' lies below the exclusion '\(outer.path)'")
            }
        }
        for rule in exclusions where !inclusions.contains(where: { $0.contains(rule) }) {
            guard !inclusions.contains(where: { $0.comparablePath == rule.comparablePath }) else { continue }
            found.append("exclusion '\(rule.path)' lies below no inclusion")
        }
        return found
    }

    private static func repeats(in rules: [PathRule], list: String) -> [String] {
        var seen: Set<String> = []
        return rules.filter { !seen.insert($0.comparablePath).inserted }
            .map { "\(list): '\($0.path)' is there twice" }
    }

    private static func nested(in rules: [PathRule], list: String) -> [String] {
        rules.compactMap { rule in
            guard let outer = rules.first(where: { $0.contains(rule) }) else { return nil }
            return "\(list): '\(rule.path)' lies below '\(outer.path)'"
        }
    }
}
