import BackupAPI
import BackupServer
import CloudBackup
import Foundation
import LocalBackup
import LuaKit
import Mail
import Yams

/// What a `moonkeep.yaml` says, with all paths absolute.
struct SiteFile: Sendable {
    var repositories: [RepositorySettings] = []
    var resticProgram = "restic"
    /// When configurations are cleaned up that do not say it themselves.
    var cleanup = CleanupTime.never
    /// The most backups at one time.
    var parallel = 4
    var configurations: [ConfigurationDraft] = []
    /// The Cloud Backup API; `nil` for the local service.
    var cloud: CloudSettings?
    var server = ServerSettings()
    /// How mails leave this host; `nil` sends none.
    var mail: MailSettings?
    /// Targets of messages by a group's name.
    var notify: [String: [String]] = [:]
    /// Where secrets of scripts are.
    var secrets = Secrets()
    /// What plugins are told: a table by the names of settings, by the plugin's name.
    var plugins: [String: LuaValue] = [:]
    /// The text of each key's value, which tells one state of the file from the next.
    var sections: [String: String] = [:]
    /// The folder that Prometheus' textfile collector reads; `nil` writes no metrics.
    var metricsFolder: String?

    /// The text without the mark of its byte order, which some editors put at the beginning.
    private static func withoutMark(_ text: String) -> String {
        guard text.unicodeScalars.first == "\u{feff}" else { return text }
        return String(text.unicodeScalars.dropFirst())
    }

    /// Reads the text of a file at `path`; relative paths in it are meant from `folder`.
    init(text: String, path: String, folder: String) throws {
        let node: Node?
        do {
            // Without the rules of YAML 1.1, by which 030 is 24 and 'no' is false.
            node = try Parser(yaml: Self.withoutMark(text), resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw CommandError("\(path)\(error.place): \(error.reason)")
        }
        guard let node else {
            throw CommandError("the site file '\(path)' is empty", fix: "See 'moonkeep init'.")
        }
        let reader = YAMLReader(path: path, node: node)
        let site = try reader.record(Self.keys)
        let service = try site["service"].map(Self.service) ?? .local
        for key in service == .local ? Self.cloudKeys : Self.localKeys {
            if let place = site[key.name] {
                throw place.error("'\(key.name)' means nothing with 'service: \(service.rawValue)'")
            }
        }
        server = try site["server"].map { try Self.server($0, folder: folder) } ?? server
        if service == .cloud {
            guard let place = site["cloud"] else { throw reader.error("'service: cloud' needs 'cloud'") }
            cloud = try Self.cloud(place, folder: folder)
        }
        mail = try site["smtp"].map { try Self.mail($0, folder: folder) }
        notify = try site["notify"].map(Self.groups) ?? [:]
        secrets = try site["secrets"].map(Self.secrets) ?? secrets
        plugins = try site["plugins"].map(Self.plugins) ?? [:]
        metricsFolder = try site["metrics"].map { try Self.metrics($0, folder: folder) }
        repositories = try Self.repositories(site, folder: folder)
        if let program = site["restic"] {
            let isName = try !program.text().contains("/")
            resticProgram = isName ? try program.text() : try program.path(from: folder)
        }
        parallel = try site["parallel"]?.integer(1...1_000) ?? parallel
        cleanup = try site["cleanup"].map(Self.cleanupTime) ?? cleanup
        for reader in try site["configurations"]?.list() ?? [] {
            let draft = try Self.configuration(reader, folder: folder, hasMailServer: mail != nil)
            guard !configurations.contains(where: { $0.name == draft.name }) else {
                throw reader.error(
                    "two configurations have the name '\(draft.name)'",
                    fix: "Rename one of them."
                )
            }
            if let name = draft.options.repository, !repositories.contains(where: { $0.name == name }) {
                throw reader.error(
                    "the configuration '\(draft.name)' means a repository '\(name)', which the site does not have",
                    fix: "Known are: \(repositories.map(\.name).joined(separator: ", "))."
                )
            }
            configurations.append(draft)
        }
        // Last: writing a value gives it a type, so that it can no longer be told whether the file says which.
        sections = try site.values.mapValues { try Yams.serialize(node: $0.node) }
    }
}

extension YamlError {
    fileprivate var place: String {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            ":\(mark.line)"
        case .duplicatedKeysInMapping(_, let context): ":\(context.mark.line)"
        default: ""
        }
    }

    fileprivate var reason: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            "the file is no YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, _): "the key '\(keys.first ?? "")' is there twice"
        default: "the file is no YAML: \(self)"
        }
    }
}
