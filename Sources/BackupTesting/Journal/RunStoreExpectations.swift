internal import RunJournal

/// Throws a violation unless `found` is `expected`.
func expect<Value: Equatable>(_ found: Value, is expected: Value, _ what: String) throws {
    guard found != expected else { return }
    throw ContractViolation(expected: "\(what) to be \(expected)", found: "\(found)")
}

/// Throws a violation unless `work` throws this very error.
func expect(_ expected: JournalError, of what: String, _ work: () async throws -> Void) async throws {
    let description = "\(what) to throw \(expected.code): \(expected)"
    do {
        try await work()
    } catch let error as JournalError {
        guard error.code != expected.code || error.description != expected.description else { return }
        throw ContractViolation(expected: description, found: "\(error.code): \(error)")
    } catch {
        throw ContractViolation(expected: description, found: String(describing: error))
    }
    throw ContractViolation(expected: description, found: "no error")
}

extension RunStoreContract.Fixture {
    var second: any RunStore { secondInstance ?? store }

    /// Begins a run and answers its claim.
    @discardableResult
    func begun(_ id: String = "r1", started: Int64 = 1_000_000) async throws -> RunClaim {
        try await store.begin(.make(id, started: started), source: .make())
    }

    /// Takes the run as it is now.
    func taken(_ id: String = "r1", leaseEnd: Int64 = 9) async throws -> RunClaim {
        try await store.take(try await store.run(id), owner: .other, leaseEnd: leaseEnd)
    }

    /// Begins a run, records the intent of its first step, asks about it and parks the run.
    func parked(_ id: String = "r1", _ step: StepRecord? = nil) async throws -> RunClaim {
        let step = step ?? .make(0, of: id)
        let claim = try await begun(id)
        try await store.record(step, for: claim)
        try await store.ask(#"{"choices":["b1"]}"#, about: step.key, for: claim)
        try await store.finish(claim, RunEnd(status: .parked, message: "was it started?", ended: 5))
        return claim
    }

    /// Does the same in eight tasks at once over both instances; answers what the winners got.
    ///
    /// Whoever did not win got `conflict`; any other error is thrown on.
    func race<Value: Sendable>(_ work: @escaping @Sendable (any RunStore, Int) async throws -> Value)
        async throws -> [Value]
    {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            for index in 0..<8 {
                let store = index.isMultiple(of: 2) ? store : second
                group.addTask {
                    do {
                        return try await work(store, index)
                    } catch let error as JournalError where error.code == .conflict {
                        return nil
                    }
                }
            }
            return try await group.reduce(into: []) { winners, value in
                if let value { winners.append(value) }
            }
        }
    }
}
