import BackupAPI
import Foundation
import LocalBackup
import Mail
import Schedules

/// What a site file says of configurations.
extension SiteFile {
    /// A configuration; its notifications need a mail server.
    static func configuration(_ reader: YAMLReader, folder: String, hasMailServer: Bool) throws
        -> ConfigurationDraft
    {
        let record = try reader.record(configurationKeys)
        guard let name = record["name"] else { throw reader.error("a configuration needs a 'name'") }
        guard let inclusions = record["inclusions"] else {
            throw reader.error(
                "the configuration '\(try name.text())' needs 'inclusions'",
                fix: "List the paths to back up."
            )
        }
        let exclusions = try record["exclusions"]?.list().map { try exclusion($0, folder: folder) } ?? []
        let draft = ConfigurationDraft(
            id: try record["id"].map(identifier),
            name: try name.text(),
            enabled: try record["enabled"]?.flag() ?? true,
            schedule: try record["schedule"]?.optional.map(schedule),
            retention: try record["retention"].map(retention) ?? Retention(days: 0),
            inclusions: try inclusions.list().map { try pathRule($0, folder: folder) },
            exclusions: exclusions.compactMap(\.rule),
            exclusionPatterns: exclusions.compactMap(\.pattern)
                + (try record["patterns"]?.list().map(pattern) ?? []),
            options: try options(record, folder: folder),
            notifications: try record["notifications"]?.list().map(notification) ?? [],
            keep: try record["keep"].map(keepRules),
            cleanup: try record["cleanup"].map(cleanupTime)
        )
        if draft.keep != nil, draft.retention.days > 0, let place = record["keep"] {
            throw place.error(
                "'retention' and 'keep' both say how long the backups of '\(draft.name)' stay",
                fix:
                    "Remove one of them; keep: {within: \(draft.retention.days)d} says what 'retention' does."
            )
        }
        if !hasMailServer, let place = record["notifications"], !draft.notifications.isEmpty {
            throw place.error(
                "the site has no mail server that could send the notifications of '\(draft.name)'",
                fix: "Say 'smtp' with 'host' and 'from', or remove the notifications."
            )
        }
        let problems =
            PathRule.problems(inclusions: draft.inclusions, exclusions: draft.exclusions)
            + draft.options.problems
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
        let record = try reader.record(pathKeys)
        guard let path = record["path"], let type = record["type"] else {
            throw reader.error("a path needs 'type' and 'path'")
        }
        guard let kind = PathRule.Kind(rawValue: try type.text()) else {
            throw try type.error("'\(type.text())' is no type of path", fix: "Known are: file, folder.")
        }
        return PathRule(type: kind, path: try path.path(from: folder))
    }

    /// What is left out: a record names one path; a text is a pattern of restic's, or the absolute path of what is there, or one
    /// without wildcards.
    private static func exclusion(_ reader: YAMLReader, folder: String) throws
        -> (rule: PathRule?, pattern: String?)
    {
        guard !reader.isRecord else { return (try pathRule(reader, folder: folder), nil) }
        let text = try reader.text()
        try reader.refuseHome(text)
        let hasWildcards = text.utf8.contains { "*?[\\".utf8.contains($0) }
        let isPath = ["/", "./", "../"].contains(where: text.hasPrefix)
        guard hasWildcards || !isPath else { return (try pathRule(reader, folder: folder), nil) }
        // Where a file has just this name it is meant, and nothing else is left out that looks like it.
        if text.hasPrefix("/"), FileManager.default.hasEntry(text) {
            return (try pathRule(reader, folder: folder), nil)
        }
        return (nil, try pattern(reader))
    }

    private static func schedule(_ reader: YAMLReader) throws -> Schedule {
        let record = try reader.record(scheduleKeys)
        guard let recurrence = record["recurrence"], let zone = record["time_zone"] else {
            throw reader.error("a schedule needs 'recurrence' and 'time_zone'")
        }
        let rules = recurrence.isList ? try recurrence.list().map { try $0.text() } : [try recurrence.text()]
        guard rules.count == 1 else {
            throw recurrence.error("exactly one recurrence is supported, not \(rules.count)")
        }
        do {
            _ = try Zone(named: zone.text())
        } catch let problem as ZoneProblem {
            guard problem.kind == .unknownName else { throw zone.error(problem.message, fix: problem.fix) }
            throw try zone.error(
                "'\(zone.text())' is no IANA time zone",
                fix: "Write, for example, Europe/London."
            )
        }
        return Schedule(recurrence: rules, timeZone: try zone.text())
    }

    private static func notification(_ reader: YAMLReader) throws -> BackupAPI.Notification {
        let record = try reader.record(notificationKeys)
        guard let destination = record["destination"] else {
            throw reader.error("a notification needs a 'destination'")
        }
        let type = try record["type"]?.text() ?? emailType
        guard type == emailType else {
            throw (record["type"] ?? reader).error(
                "'\(type)' is no type of notification",
                fix: "Known is: \(emailType). Others are told by a script with notify.send."
            )
        }
        if let problem = MailAddress.problem(of: try destination.text()) {
            throw destination.error(problem, fix: "Write it as ops@example.com, without a name.")
        }
        let notification = BackupAPI.Notification(
            type: type,
            destination: try destination.text(),
            onSuccess: try record["on_success"]?.flag() ?? false,
            onFailure: try record["on_failure"]?.flag() ?? true
        )
        guard notification.onSuccess || notification.onFailure else {
            throw reader.error("the notification tells of nothing: 'on_success' and 'on_failure' are false")
        }
        return notification
    }

    private static let emailType = "email"
}

extension PathRule {
    /// A path whose type is looked up on this host; one that is not there is a folder if it looks like one.
    static func lookedUp(_ path: String, looksLikeFolder: Bool) -> PathRule {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return PathRule(type: (exists ? isFolder.boolValue : looksLikeFolder) ? .folder : .file, path: path)
    }
}

extension FileManager {
    /// Whether something has this path, be it a link that leads nowhere.
    fileprivate func hasEntry(_ path: String) -> Bool {
        (try? attributesOfItem(atPath: path)) != nil
    }
}
