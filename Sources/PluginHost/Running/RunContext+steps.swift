import BackupAPI
import LuaKit
import RunJournal

extension RunContext {
    /// The key of the step that runs now; it goes to services that take one.
    @TaskLocal static var currentKey: StepKey?

    /// The key for a service's call inside a step.
    var stepKey: String? { Self.currentKey?.description }

    /// Runs a host function as its kind demands: a step is journaled around its body.
    func perform(
        _ name: String,
        _ kind: CallKind,
        _ arguments: [LuaValue],
        body: () async throws -> LuaValue
    ) async throws -> LuaValue {
        guard case .step(let stepKind) = kind else { return try await body() }
        return try await step(name, stepKind, isIntended: kind.needsIntent, arguments, body: body)
    }

    /// Runs a step: with an intent before its effect where it has one, and its result after it.
    func step(
        _ name: String,
        _ kind: StepKind,
        isIntended: Bool,
        _ arguments: [LuaValue],
        body: () async throws -> LuaValue
    ) async throws -> LuaValue {
        try Task.checkCancellation()
        var record = StepRecord(
            key: nextKey(),
            name: name,
            kind: kind,
            input: JournalText.encode(.array(arguments)),
            started: environment.now().microseconds
        )
        let key = record.key
        if isIntended { try await write { [record] store in try await store.record(record) } }
        let result: Result<LuaValue, any Error>
        do {
            result = .success(try await Self.$currentKey.withValue(key) { try await body() })
        } catch {
            result = .failure(error)
        }
        let ended = environment.now().microseconds
        let reference = kind == .start ? (try? result.get())?.text : nil
        if isIntended {
            let end = result.stepResult(externalReference: reference)
            try await write { store in try await store.end(key, end, ended: ended) }
        } else {
            record.finish(result, ended: ended)
            try await write { [record] store in try await store.record(record) }
        }
        return try result.get()
    }

    /// Writes to the journal, also when the run has been cancelled meanwhile.
    func write(_ body: @escaping @Sendable (any RunStore) async throws -> Void) async throws {
        let journal = journal
        try await Task { try await body(journal) }.value
    }
}

extension Result<LuaValue, any Error> {
    fileprivate func stepResult(externalReference: String?) -> StepResult {
        switch self {
        case .success(let value):
            .done(output: JournalText.encode(value), externalReference: externalReference)
        case .failure(let error): .failed(error: JournalText.encode(error))
        }
    }
}

extension StepRecord {
    fileprivate mutating func finish(_ result: Result<LuaValue, any Error>, ended: Int64) {
        self.ended = ended
        switch result {
        case .success(let value):
            state = .done
            output = JournalText.encode(value)
        case .failure(let failure):
            state = .failed
            error = JournalText.encode(failure)
        }
    }
}
