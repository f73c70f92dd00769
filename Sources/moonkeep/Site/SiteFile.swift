import BackupAPI
import BackupServer
import CloudBackup
import Foundation
import LocalBackup
import Yams

/// What a `moonkeep.yaml` says, with all paths absolute.
struct SiteFile: Sendable {
    var repository = ""
    var passwordFile = ""
    var resticProgram = "restic"
    var uploadLimit: Int?
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
    /// The folder that Prometheus' textfile collector reads; `nil` writes no metrics.
    var metricsFolder: String?

    private static let commonKeys = ["service", "server", "smtp", "notify", "metrics", "secrets"]
    private static let keys = commonKeys + localKeys + cloudKeys

    /// Reads the text of a file at `path`; relative paths in it are meant from `folder`.
    init(text: String, path: String, folder: String) throws {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw CommandError("\(path)\(error.place): \(error.reason)")
        }
        guard let node else {
            throw CommandError("the site file '\(path)' is empty", fix: "See 'moonkeep init'.")
        }
        let reader = YAMLReader(path: path, node: node)
        let site = try reader.record(of: "a site", keys: Self.keys)
        let service = try site["service"].map(Self.service) ?? .local
        for key in service == .local ? Self.cloudKeys : Self.localKeys {
            if let place = site[key] {
                throw place.error("'\(key)' means nothing with 'service: \(service.rawValue)'")
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
        metricsFolder = try site["metrics"].map { try Self.metrics($0, folder: folder) }
        repository = Site.absolute("repository", from: folder)
        if let place = site["repository"] {
            let isAddress = try place.text().contains(":")
            repository = isAddress ? try place.text() : try place.path(from: folder)
        }
        passwordFile =
            try site["password_file"]?.path(from: folder) ?? Site.absolute("password", from: folder)
        if let program = site["restic"] {
            let isName = try !program.text().contains("/")
            resticProgram = isName ? try program.text() : try program.path(from: folder)
        }
        uploadLimit = try site["upload_limit"]?.integer(1...10_000_000)
        for reader in try site["configurations"]?.list() ?? [] {
            let draft = try Self.configuration(reader, folder: folder)
            guard !configurations.contains(where: { $0.name == draft.name }) else {
                throw reader.error(
                    "two configurations have the name '\(draft.name)'",
                    fix: "Rename one of them."
                )
            }
            configurations.append(draft)
        }
    }

    private static let configurationKeys = [
        "name", "id", "enabled", "inclusions", "exclusions", "schedule", "retention", "notifications",
    ]

    private static func configuration(_ reader: YAMLReader, folder: String) throws -> ConfigurationDraft {
        let record = try reader.record(of: "a configuration", keys: configurationKeys)
        guard let name = record["name"] else { throw reader.error("a configuration needs a 'name'") }
        guard let inclusions = record["inclusions"] else {
            throw reader.error(
                "the configuration '\(try name.text())' needs 'inclusions'",
                fix: "List the paths to back up."
            )
        }
        let draft = ConfigurationDraft(
            id: try record["id"].map(identifier),
            name: try name.text(),
            enabled: try record["enabled"]?.flag() ?? true,
            schedule: try record["schedule"]?.optional.map(schedule),
            retention: try record["retention"].map(retention) ?? Retention(days: 0),
            inclusions: try inclusions.list().map { try pathRule($0, folder: folder) },
            exclusions: try record["exclusions"]?.list().map { try pathRule($0, folder: folder) } ?? [],
            notifications: try record["notifications"]?.list().map(notification) ?? []
        )
        let problems = PathRule.problems(inclusions: draft.inclusions, exclusions: draft.exclusions)
        guard problems.isEmpty else {
            throw reader.error(
                "the configuration '\(draft.name)' cannot be used: \(problems.joined(separator: "; "))"
            )
        }
        return draft
    }

    private static func identifier(_ reader: YAMLReader) throws -> ResourceID<Configuration> {
        let text = try reader.text()
        guard UUID(uuidString: text) != nil else {
            throw reader.error(
                "'\(text)' is no UUID",
                fix: "Leave 'id' out, and the configuration gets one that is derived from its name."
            )
        }
        return ResourceID(text.lowercased())
    }

    private static func pathRule(_ reader: YAMLReader, folder: String) throws -> PathRule {
        guard reader.isRecord else {
            return .lookedUp(try reader.path(from: folder), looksLikeFolder: try reader.text().hasSuffix("/"))
        }
        let record = try reader.record(of: "a path", keys: ["type", "path"])
        guard let path = record["path"], let type = record["type"] else {
            throw reader.error("a path needs 'type' and 'path'")
        }
        guard let kind = PathRule.Kind(rawValue: try type.text()) else {
            throw try type.error("'\(type.text())' is no type of path", fix: "Known are: file, folder.")
        }
        return PathRule(type: kind, path: try path.path(from: folder))
    }

    private static func schedule(_ reader: YAMLReader) throws -> Schedule {
        let record = try reader.record(of: "a schedule", keys: ["recurrence", "time_zone"])
        guard let recurrence = record["recurrence"], let zone = record["time_zone"] else {
            throw reader.error("a schedule needs 'recurrence' and 'time_zone'")
        }
        let rules = recurrence.isList ? try recurrence.list().map { try $0.text() } : [try recurrence.text()]
        guard rules.count == 1 else {
            throw recurrence.error("exactly one recurrence is supported, not \(rules.count)")
        }
        guard TimeZone(identifier: try zone.text()) != nil else {
            throw try zone.error(
                "'\(zone.text())' is no IANA time zone",
                fix: "Write, for example, Europe/Berlin."
            )
        }
        return Schedule(recurrence: rules, timeZone: try zone.text())
    }

    private static func retention(_ reader: YAMLReader) throws -> Retention {
        guard reader.isRecord else { return Retention(days: try reader.integer(0...36_500)) }
        let record = try reader.record(of: "a retention", keys: ["days"])
        return Retention(days: try record["days"]?.integer(0...36_500) ?? 0)
    }

    private static func notification(_ reader: YAMLReader) throws -> BackupAPI.Notification {
        let record = try reader.record(
            of: "a notification",
            keys: ["type", "destination", "on_success", "on_failure"]
        )
        guard let destination = record["destination"] else {
            throw reader.error("a notification needs a 'destination'")
        }
        return BackupAPI.Notification(
            type: try record["type"]?.text() ?? "email",
            destination: try destination.text(),
            onSuccess: try record["on_success"]?.flag() ?? false,
            onFailure: try record["on_failure"]?.flag() ?? true
        )
    }
}

extension PathRule {
    /// A path whose type is looked up on this host; one that is not there is a folder if it looks like one.
    static func lookedUp(_ path: String, looksLikeFolder: Bool) -> PathRule {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return PathRule(type: (exists ? isFolder.boolValue : looksLikeFolder) ? .folder : .file, path: path)
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
