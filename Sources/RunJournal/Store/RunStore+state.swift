internal import Storage

extension RunStore {
    /// A value that scripts keep, or `nil`.
    public func state(_ key: StateKey) async throws(JournalError) -> StateEntry? {
        try await read { try StateEntry.find(key, $0) }
    }

    /// The values of a namespace whose keys begin with `prefix`, in the order of their keys' UTF-8.
    public func states(in namespace: String, prefix: String) async throws(JournalError) -> [StateEntry] {
        try await read { transaction in
            var entries: [StateEntry] = []
            // From the first key that is not before the prefix, up to the first that does not begin with it.
            try transaction.forEach(
                "SELECT \(StateEntry.columns) FROM state WHERE namespace = $1 AND key >= $2 ORDER BY key",
                [namespace, prefix]
            ) { row in
                let entry = try StateEntry(row: &row)
                guard entry.key.key.utf8.starts(with: prefix.utf8) else { return false }
                entries.append(entry)
                return true
            }
            return entries
        }
    }

    /// Sets a value, or removes it with `nil`, and records the step that does so, in one commit: exactly once.
    ///
    /// With `expected`, only where the value is that one (`.some(nil)`: where there is none). The step is recorded as
    /// done; its output is the answer as JSON, `true` or `false`, but without `expected` its own if it has one.
    ///
    /// Throws what `record` throws.
    public func setState(
        _ key: StateKey,
        to value: String?,
        expecting expected: String??,
        recording step: StepRecord,
        for claim: RunClaim
    ) async throws(JournalError) -> Bool {
        try await write(.record(step), preparing: { [values] in try step.storing(in: values) }) {
            transaction,
            step in
            try claim.check(step.key, transaction)
            try transaction.hold("state \(key.namespace) \(key.key)")
            let isExpected =
                try expected.map { try StateEntry.find(key, transaction)?.hasValue($0) ?? ($0 == nil) }
                ?? true
            let changed = step.ended ?? step.started
            var record = step
            record.state = .done
            record.ended = changed
            if expected != nil || step.output == nil { record.output = isExpected ? "true" : "false" }
            try record.insert(transaction)
            if isExpected { try StateEntry.set(key, to: value, at: changed, transaction) }
            return isExpected
        }
    }
}

extension StateEntry {
    /// By its bytes: Swift takes some texts for equal that are not.
    fileprivate func hasValue(_ text: String?) -> Bool {
        text.map { value.utf8.elementsEqual($0.utf8) } ?? false
    }

    fileprivate static let columns = "namespace, key, value, changed"

    fileprivate init(row: inout Row) throws {
        self.init(
            key: StateKey(namespace: try row.next(), key: try row.next()),
            value: try row.next(),
            changed: try row.next()
        )
    }

    fileprivate static func find(_ key: StateKey, _ transaction: Transaction) throws -> StateEntry? {
        try transaction.first(
            "SELECT \(columns) FROM state WHERE namespace = $1 AND key = $2",
            [key.namespace, key.key],
            StateEntry.init(row:)
        )
    }

    fileprivate static func set(
        _ key: StateKey,
        to value: String?,
        at time: Int64,
        _ transaction: Transaction
    ) throws {
        guard let value else {
            try transaction.execute(
                "DELETE FROM state WHERE namespace = $1 AND key = $2",
                [key.namespace, key.key]
            )
            return
        }
        try transaction.execute(
            """
            INSERT INTO state (\(columns)) VALUES ($1, $2, $3, $4)
            ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, changed = excluded.changed
            """,
            [key.namespace, key.key, value, time]
        )
    }
}
