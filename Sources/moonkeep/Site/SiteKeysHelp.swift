import BackupAPI
import PluginHost

/// The help of `moonkeep.yaml`, from the keys that its reader accepts.
struct SiteKeysHelp {
    /// `moonkeep help moonkeep.yaml server.port`: the keys from the file's top on.
    private let path: [String]
    private let keys: SiteKeys
    private let key: SiteKey?

    /// The help of the whole file, or of what words such as `server` or `server.port` name. Throws for what is no key.
    init(_ words: [String], of keys: SiteKeys = SiteFile.keys) throws {
        path = words.flatMap { $0.split(separator: ".").map(String.init) }
        var (keys, key): (SiteKeys, SiteKey?) = (keys, nil)
        for (index, name) in path.enumerated() {
            guard let found = keys[name] else {
                throw CommandError(
                    "'\(name)' is no key of \(keys.owner)",
                    fix: keys.names.nearest(to: name).map { "Did you mean '\($0)'?" }
                        ?? "Known are: \(keys.names.joined(separator: ", "))."
                )
            }
            key = found
            guard let next = found.keys else {
                guard index == path.count - 1 else {
                    throw CommandError("'\(found.name)' has no keys of its own: it is a \(found.type)")
                }
                break
            }
            keys = next
        }
        (self.keys, self.key) = (keys, key)
    }

    var text: String {
        guard let key else { return Self.introduction + "\n\nKeys:\n" + table(of: keys) }
        var lines = [([Site.fileName] + path).joined(separator: " "), "", key.words]
        lines += ["", "It is: \(key.type).", "", "Example:", "  \(key.name): \(key.example)"]
        if let keys = key.keys { lines += ["", "Keys:", table(of: keys)] }
        return lines.joined(separator: "\n")
    }

    private static let introduction = """
        \(Site.fileName)

        The file of a site: which back end does the backups, what is backed up, whom scripts may tell, and where the server \
        listens. It is YAML 1.2, as 'moonkeep init' writes it. Paths are absolute, or meant from the file's folder. \
        'moonkeep help \(Site.fileName) server' shows one part.
        """

    private func table(of keys: SiteKeys) -> String {
        TextTable(columns: [], rows: Self.rows(of: keys, indent: "  ")).lines().joined(separator: "\n")
    }

    private static func rows(of keys: SiteKeys, indent: String) -> [[String]] {
        keys.all.flatMap { key in
            let example = key.keys == nil ? " Example: \(key.name): \(key.example)" : ""
            return [[indent + key.name, key.type, key.words + example]]
                + (key.keys.map { rows(of: $0, indent: indent + "  ") } ?? [])
        }
    }
}

extension SiteKey {
    /// What it is for, and what holds without it.
    fileprivate var words: String { summary + " " + (fallback.map { "Default: \($0)." } ?? "Required.") }
}
