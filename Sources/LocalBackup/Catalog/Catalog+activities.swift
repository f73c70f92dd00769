import BackupAPI
import GRDB

extension Catalog {
    /// All runs of any kind, each with the moment of its last change.
    private static let activities = """
        SELECT id, 'backup' AS type, state, updated_time, configuration_id FROM backup
        UNION ALL SELECT id, 'restore', state, updated_time, configuration_id FROM restore
        UNION ALL SELECT id, 'cleanup', state, updated_time, NULL FROM cleanup
        """

    /// Backups, restores and cleanups together, the one that changed last first unless the page says otherwise.
    func activities(
        configuration: ResourceID<BackupAPI.Configuration>?,
        _ page: Page<Activity>,
        agent: ResourceID<Agent>
    ) async throws -> [Activity] {
        try await file.read { database in
            try Self.checkLimit(page.limit)
            let isAscending = page.isAscending ?? false
            var conditions: [String] = []
            var arguments: StatementArguments = []
            if let configuration {
                conditions.append("configuration_id = ?")
                arguments += [configuration.rawValue]
            }
            if let marker = page.marker {
                let time = try Self.updatedTime(of: marker, database)
                conditions.append("(updated_time, id) \(isAscending ? ">" : "<") (?, ?)")
                arguments += [time, marker.rawValue]
            }
            let direction = isAscending ? "ASC" : "DESC"
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM (\(Self.activities))
                    \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
                    ORDER BY updated_time \(direction), id \(direction) LIMIT \(page.limit)
                    """,
                arguments: arguments
            )
            return rows.map { Activity($0, agent: agent) }
        }
    }

    private static func updatedTime(of marker: ResourceID<Activity>, _ database: Database) throws -> Int64 {
        guard
            let time = try Int64.fetchOne(
                database,
                sql: "SELECT updated_time FROM (\(activities)) WHERE id = ?",
                arguments: [marker.rawValue]
            )
        else { throw unknownMarker(marker.rawValue, in: "activities") }
        return time
    }
}

extension Activity {
    fileprivate init(_ row: Row, agent: ResourceID<Agent>) {
        let id: String = row["id"]
        let type: String = row["type"]
        let configuration: String? = row["configuration_id"]
        self.init(
            id: ResourceID(id),
            type: type,
            lastUpdatedTime: Timestamp(microseconds: row["updated_time"]),
            state: ActivityState(rawValue: row["state"]),
            agent: Reference(agent.rawValue, in: "agents"),
            configuration: configuration.map { Reference($0, in: "configurations") },
            links: [Link(href: "/v2/\(type)s/\(id)", rel: type)]
        )
    }
}
