internal import GRDB

extension SQLiteRunStore {
    /// A value that scripts keep, or `nil`.
    public func state(_ key: StateKey) async throws(JournalError) -> StateEntry? {
        try await read { try StateEntry.find(key, in: $0) }
    }

    /// The values of a namespace whose keys begin with `prefix`, in the order of their keys.
    public func states(in namespace: String, prefix: String) async throws(JournalError) -> [StateEntry] {
        try await read { database in
            try StateEntry.beginning(with: prefix, namespace: namespace, in: database)
        }
    }

    /// Sets a value, or removes it with `nil`, and records the step that does so, in one commit: exactly once.
    ///
    /// Throws what `record` throws.
    public func setState(
        _ key: StateKey,
        to value: String?,
        expecting expected: String??,
        recording step: StepRecord,
        for claim: RunClaim
    ) async throws(JournalError) -> Bool {
        try await write(preparing: { [values] in try step.storing(in: values) }) { database, step in
            try claim.check(step.key, in: database)
            let isExpected = try expected.map { try StateEntry.find(key, in: database)?.value == $0 } ?? true
            let changed = step.ended ?? step.started
            var record = step
            record.state = .done
            record.ended = changed
            if expected != nil || step.output == nil { record.output = isExpected ? "true" : "false" }
            try record.insert(into: database)
            if isExpected { try StateEntry.set(key, to: value, at: changed, in: database) }
            return isExpected
        }
    }
}

extension StateEntry {
    private static let columns = "namespace, key, value, changed"

    private init(row: Row) {
        self.init(key: StateKey(namespace: row.text(0), key: row.text(1)), value: row[2], changed: row[3])
    }

    fileprivate static func find(_ key: StateKey, in database: Database) throws -> StateEntry? {
        try database.first(
            "SELECT \(columns) FROM state WHERE namespace = CAST(? AS TEXT) AND key = CAST(? AS TEXT)",
            [key.namespace.bytes, key.key.bytes],
            StateEntry.init(row:)
        )
    }

    /// Reads on from the first key that is not before `prefix`, up to the first that does not begin with it.
    fileprivate static func beginning(with prefix: String, namespace: String, in database: Database) throws
        -> [StateEntry]
    {
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT \(columns) FROM state
                    WHERE namespace = CAST(? AS TEXT) AND key >= CAST(? AS TEXT) ORDER BY key
                    """
            ),
            arguments: [namespace.bytes, prefix.bytes]
        )
        var entries: [StateEntry] = []
        while let entry = try cursor.next().map(StateEntry.init(row:)),
            entry.key.key.utf8.starts(with: prefix.utf8)
        {
            entries.append(entry)
        }
        return entries
    }

    fileprivate static func set(_ key: StateKey, to value: String?, at time: Int64, in database: Database)
        throws
    {
        guard let value else {
            return try database.run(
                "DELETE FROM state WHERE namespace = CAST(? AS TEXT) AND key = CAST(? AS TEXT)",
                [key.namespace.bytes, key.key.bytes]
            )
        }
        try database.run(
            """
            INSERT INTO state (\(columns)) VALUES (CAST(? AS TEXT), CAST(? AS TEXT), ?, ?)
            ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, changed = excluded.changed
            """,
            [key.namespace.bytes, key.key.bytes, value, time]
        )
    }
}
