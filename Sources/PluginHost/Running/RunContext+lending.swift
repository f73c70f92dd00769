import BackupAPI
public import LuaKit
import RunJournal

extension RunContext {
    /// Calls a function of the script with something that is there for as long as the function runs, and answers its first
    /// result.
    ///
    /// `make` runs in a step that is called `name`; it may run again, with the same ``stepKey``, when the host died in it.
    /// `remove` gets what it answered when the function has ended, has failed or was cancelled. A run that halts keeps the
    /// thing and finds it again when it goes on. A plan makes nothing and hands over `planned`. For functions of the kind
    /// ``CallKind/composite``.
    public func lend(
        _ name: String,
        _ arguments: [LuaValue] = [],
        planned: LuaValue,
        to function: LuaFunction,
        make: () async throws -> LuaValue,
        remove: (LuaValue) async throws -> Void
    ) async throws -> LuaValue {
        guard mode != .plan else { return try await call(function, [planned]).first ?? .nil }
        var holder: StepKey?
        let thing = try await step(
            StepCall(name: name, kind: .effect, arguments: arguments),
            prelude: { holder = $0 },
            body: { _ in try await make() }
        )
        guard let holder else { return .nil }
        let scope = TaskScope.current.beneath(holder)
        let end: Result<[LuaValue], any Error>
        do {
            end = .success(
                try await TaskScope.$current.withValue(scope) { try await call(function, [thing]) }
            )
        } catch {
            end = .failure(error)
        }
        try checkHalt()
        let key = StepKey(run: id, taskPath: scope.path + "/end", sequence: 0)
        if recorded[key] == nil, mode == .live {
            do {
                try await remove(thing)
            } catch {
                // What the function failed with says more.
                _ = try end.get()
                throw error
            }
            try await noteEnd(of: name, thing, as: key)
        }
        return try end.get().first ?? .nil
    }

    private func noteEnd(of name: String, _ thing: LuaValue, as key: StepKey) async throws {
        let now = environment.now().microseconds
        try await write(
            StepRecord(
                key: key,
                name: name + " (end)",
                kind: .effect,
                state: .done,
                input: JournalText.encode(.array([thing])),
                output: "null",
                started: now,
                ended: now
            )
        )
    }
}
