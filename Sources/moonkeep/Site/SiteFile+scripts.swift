import LuaKit

/// What a site file says of what scripts reach.
extension SiteFile {
    /// Where secrets are looked for beside the folder `secrets` and the credentials of systemd.
    struct Secrets: Sendable {
        /// The variable of the environment that holds a secret, by the secret's name.
        var variables: [String: String] = [:]
        /// A program, with its arguments, that prints the secret whose name comes last; empty for none.
        var command: [String] = []
    }

    static let secretKeys = SiteKeys(
        of: "'secrets'",
        [
            .optional(
                "environment",
                "names with texts",
                "The variable of the environment that holds a secret, by the secret's name.",
                default: "none",
                example: "{pg/password: PGPASSWORD}"
            ),
            .optional(
                "command",
                "list of texts",
                "A program, with its arguments, that prints a secret; the secret's name is put at their end.",
                default: "none",
                example: "[pass, show]"
            ),
        ]
    )

    static func secrets(_ reader: YAMLReader) throws -> Secrets {
        let record = try reader.record(secretKeys)
        let command = try record["command"]?.list().map { try $0.text() } ?? []
        if let place = record["command"], command.isEmpty { throw place.error("'command' has no program") }
        return Secrets(
            variables: try record["environment"]?.named().mapValues { try $0.text() }
                ?? [:],
            command: command
        )
    }

    /// What plugins are told, by their names; a plugin's own declarations say which settings there are.
    static func plugins(_ reader: YAMLReader) throws -> [String: LuaValue] {
        try reader.named().mapValues { plugin in
            let values = try plugin.named().map { (LuaValue.string($0), try $1.setting()) }
            return .table(LuaTableValue(fields: Dictionary(uniqueKeysWithValues: values), mark: .record))
        }
    }

    /// Targets of messages by a group's name.
    static func groups(_ reader: YAMLReader) throws -> [String: [String]] {
        try reader.named().mapValues { place in
            let targets = try place.isList ? place.list().map { try $0.text() } : [place.text()]
            guard !targets.isEmpty else { throw place.error("\(place.subject) has no targets") }
            return targets
        }
    }

    static let metricsKeys = SiteKeys(
        of: "'metrics'",
        [
            .required(
                "textfile",
                "path",
                "A folder that Prometheus' textfile collector reads: a file for each script, written when a run ends.",
                example: "/var/lib/prometheus/node-exporter"
            )
        ]
    )

    /// The folder of the files with metrics.
    static func metrics(_ reader: YAMLReader, folder: String) throws -> String {
        let record = try reader.record(metricsKeys)
        guard let place = record["textfile"] else {
            throw reader.error("'metrics' needs 'textfile', a folder")
        }
        return try place.path(from: folder)
    }
}
