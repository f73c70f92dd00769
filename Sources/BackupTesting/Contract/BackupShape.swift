internal import BackupAPI

/// Checks what a backup's record looks like.
enum BackupShape {
    /// Checks what holds for a record in every state (contract 2.3).
    static func check(_ backup: Backup, of configuration: ResourceID<Configuration>) throws {
        let id = backup.id
        try expect(!id.rawValue.isEmpty, "an id", found: backup)
        try expect(!backup.projectID.isEmpty, "a project in '\(id)'", found: backup)
        try expect(!backup.agent.id.rawValue.isEmpty, "an agent in '\(id)'", found: backup)
        try expect(
            backup.configuration.id == configuration,
            "'\(configuration)'",
            found: backup.configuration.id
        )
        try checkLinks(
            backup.links,
            [("self", "/backups/\(id)"), ("events", "/backups/\(id)/events")],
            of: id
        )
        try checkLinks(backup.errors.links, [("full", "/backups/\(id)/errors")], of: id)
        try checkLinks(backup.agent.links, [("full", "/agents/\(backup.agent.id)")], of: id)
        try checkLinks(backup.configuration.links, [("full", "/configurations/\(configuration)")], of: id)
        try expect(
            !backup.restorable || backup.snapshotID != nil,
            "a snapshot in '\(id)', which is restorable",
            found: "none"
        )
        let text = try JSONText.encode(backup)
        let expected = try contractText(of: backup)
        try expect(text == expected, "the JSON \(expected)", found: text)
    }

    private static func checkLinks(
        _ links: [Link],
        _ expected: [(rel: String, ending: String)],
        of id: ResourceID<Backup>
    ) throws {
        let matches =
            links.map(\.rel) == expected.map(\.rel)
            && zip(links, expected).allSatisfy { $0.href.contains("/v2/") && $0.href.hasSuffix($1.ending) }
        try expect(
            matches,
            "in '\(id)' the links \(expected.map { "\($0.rel): …\($0.ending)" })",
            found: links
        )
    }

    /// The contract's object, key by key in the documented order.
    private static func contractText(of backup: Backup) throws -> String {
        let members: [(key: String, value: any Encodable)] = [
            ("project_id", backup.projectID),
            ("id", backup.id),
            ("agent", backup.agent),
            ("configuration", backup.configuration),
            ("state", backup.state),
            ("started_time", backup.startedTime),
            ("ended_time", backup.endedTime),
            ("snapshot_id", backup.snapshotID),
            ("errors", backup.errors),
            ("files_searched", backup.filesSearched),
            ("files_backed_up", backup.filesBackedUp),
            ("bytes_searched", backup.bytesSearched),
            ("bytes_backed_up", backup.bytesBackedUp),
            ("bytes_in_db", backup.bytesInDB),
            ("bandwidth_avg_bps", backup.bandwidthAverage),
            ("restorable", backup.restorable),
            ("links", backup.links),
        ]
        let texts = try members.map { "\"\($0.key)\":\(try JSONText.encode($0.value))" }
        return "{\(texts.joined(separator: ","))}"
    }
}
