import PluginHost

/// A key of the site file: what its reader accepts, and what help says of it.
struct SiteKey: Sendable {
    /// The key as the file writes it.
    let name: String
    /// What its value is, as people read it: `text`, `path`, `whole number`, `list of texts`, …
    let type: String
    /// What it is for, with units and ranges, in whole sentences.
    let summary: String
    /// What holds without it; `nil` where it has to be there.
    let fallback: String?
    /// The key's value in YAML, on one line: one that the reader accepts.
    let example: String
    /// The keys of its value, or of each entry of its list; `nil` where it has none.
    let keys: SiteKeys?

    /// A key that may be left out.
    static func optional(
        _ name: String,
        _ type: String,
        _ summary: String,
        default fallback: String,
        example: String,
        keys: SiteKeys? = nil
    ) -> SiteKey {
        SiteKey(
            name: name,
            type: type,
            summary: summary,
            fallback: fallback,
            example: example,
            keys: keys
        )
    }

    /// A key without which what it stands in means nothing.
    static func required(
        _ name: String,
        _ type: String,
        _ summary: String,
        example: String,
        keys: SiteKeys? = nil
    ) -> SiteKey {
        SiteKey(name: name, type: type, summary: summary, fallback: nil, example: example, keys: keys)
    }
}

/// The keys that one part of the site file may have.
struct SiteKeys: Sendable {
    /// What they are keys of, in messages: `a configuration`.
    let owner: String
    /// In the order in which help shows them.
    let all: [SiteKey]

    init(of owner: String, _ all: [SiteKey]) {
        (self.owner, self.all) = (owner, all)
    }

    var names: [String] { all.map(\.name) }

    subscript(name: String) -> SiteKey? { all.first { $0.name == name } }
}

/// The values of a part of the site file, by the keys that it may have.
struct SiteRecord {
    let keys: SiteKeys
    let values: [String: YAMLReader]

    /// What stands under a key; `nil` where nothing does. What is read has to be described.
    subscript(name: String) -> YAMLReader? {
        assert(keys[name] != nil, "'\(name)' is read, and is no key of \(keys.owner)")
        return values[name]
    }
}
