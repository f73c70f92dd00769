import BackupAPI
public import LuaKit
import RunJournal

extension RunContext {
    /// Calls a function of the script with something that is there for as long as the function runs, and returns its first
    /// result.
    ///
    /// `make` runs in a step that is called `name`; it may run again, with the same ``stepKey``, when the host died in it.
    /// `remove` gets what it answered when the function has ended, has failed or was cancelled. A run that halts keeps the
    /// thing and finds it again when it goes on. A plan makes nothing and hands over `planned`. For functions of the kind
    /// ``CallKind/composite``.
    public func provide(
        _ name: String,
        _ arguments: [LuaValue] = [],
        planned: LuaValue,
        to function: LuaFunction,
        make: () async throws -> LuaValue,
        remove: (LuaValue) async throws -> Void
    ) async throws -> LuaValue {
        guard !isPlan else { return try await functions.call(function, [planned]).first ?? .nil }
        let steps = try steps
        var holder: StepKey?
        let thing = try await steps.step(
            StepCall(name: name, kind: .effect, arguments: arguments),
            prelude: { holder = $0 },
            body: { _ in try await make() }
        )
        guard let holder else { return .nil }
        let end: Result<LuaValue, any Error>
        do {
            end = .success(try await functions.call(function, [thing], beneath: holder))
        } catch {
            end = .failure(error)
        }
        try stop.check()
        let path = TaskScope.current.beneath(holder).path + "/end"
        let call = StepCall(name: name + " (end)", kind: .effect, arguments: [thing], isIntended: false)
        try await steps.aside(call, at: StepKey(run: id, taskPath: path, sequence: 0)) {
            do {
                try await remove(thing)
                return .success(.nil)
            } catch {
                // What the function failed with says more.
                _ = try end.get()
                throw error
            }
        }
        return try end.get()
    }
}
