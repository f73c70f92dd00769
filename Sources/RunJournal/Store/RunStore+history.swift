internal import Storage

/// Reading the journal page by page, however long it is.
extension RunStore {
    /// The runs that match, newest first; runs that began in the same microsecond in the reverse order of recording.
    public func runs(_ filter: RunFilter) async throws(JournalError) -> [RunRecord] {
        let (text, arguments) = filter.query
        return try await read { transaction in
            try transaction.rows(text, arguments, RunRecord.init(row:))
        }
    }

    /// A page of a run's steps in the order in which they were recorded, progress left out; `skipping` is how many come before
    /// the page. `withTrouble` leaves those that failed or have not ended.
    ///
    /// Throws `corrupted` when the file of a large value is missing or damaged.
    public func steps(
        of run: RunRecord.ID,
        withTrouble: Bool = false,
        skipping: Int = 0,
        limit: Int
    ) async throws(JournalError) -> [StepRecord] {
        let condition = withTrouble ? "AND state <> 'done'" : ""
        return try await read { [values] transaction in
            try transaction.rows(
                """
                SELECT \(StepRecord.columns) FROM step WHERE run = $1 AND kind <> 'tick' \(condition)
                ORDER BY position LIMIT $2 OFFSET $3
                """,
                [run, max(0, limit), max(0, skipping)]
            ) { row in try StepRecord(row: &row).loading(from: values) }
        }
    }

    /// How many steps a run has.
    public func stepCounts(of run: RunRecord.ID) async throws(JournalError) -> StepCounts {
        try await read { transaction in
            try transaction.first(
                """
                SELECT count(*), count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'intent')
                FROM step WHERE run = $1 AND kind <> 'tick'
                """,
                [run]
            ) { row in StepCounts(all: try row.next(), failed: try row.next(), open: try row.next()) }
                ?? StepCounts(all: 0, failed: 0, open: 0)
        }
    }

    /// The steps of a run about which a person is asked, in the order in which they were recorded.
    public func questions(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord] {
        try await read { [values] transaction in
            try transaction.rows(
                """
                SELECT \(StepRecord.columns) FROM step WHERE run = $1 AND state = 'intent' AND question IS NOT NULL
                ORDER BY position
                """,
                [run]
            ) { row in try StepRecord(row: &row).loading(from: values) }
        }
    }
}

extension RunFilter {
    /// The statement and what it is given.
    var query: (text: String, arguments: [any SQLConvertible]) {
        var conditions: [String] = []
        var arguments: [any SQLConvertible] = []
        func add(_ value: any SQLConvertible) -> String {
            arguments.append(value)
            return "$\(arguments.count)"
        }
        if let script { conditions.append("script_name = \(add(script))") }
        if let statuses {
            let places = statuses.sorted { $0.rawValue < $1.rawValue }.map(add).joined(separator: ", ")
            conditions.append("status IN (\(places))")
            // The index of runs with trouble is used where the statement says so itself.
            if !statuses.contains(.ok) { conditions.append("status <> 'ok'") }
        }
        if let since { conditions.append("started >= \(add(since))") }
        if let before { conditions.append("started < \(add(before))") }
        if let marker {
            conditions.append(
                "(started, position) < (SELECT started, position FROM run WHERE id = \(add(marker)))"
            )
        }
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let text = """
            SELECT \(RunRecord.columns) FROM run \(condition)
            ORDER BY started DESC, position DESC LIMIT \(add(max(0, limit)))
            """
        return (text, arguments)
    }
}
