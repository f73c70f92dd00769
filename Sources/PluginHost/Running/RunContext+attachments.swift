public import LuaKit
import Synchronization

extension RunContext {
    /// What a module keeps for this run alone: the run's one object of a type, made where there is none yet.
    public func attachment<Value: AnyObject & Sendable>(_ make: () -> Value) -> Value {
        memory.withLock { memory in
            let key = ObjectIdentifier(Value.self)
            if let known = memory.attachments[key] as? Value { return known }
            let made = make()
            memory.attachments[key] = made
            return made
        }
    }

    /// Calls a function of the script from the body of a step, and answers its first result. What the function does is
    /// recorded beneath the step; a resumed run that has the step's answer does not call it.
    public func callInStep(_ function: LuaFunction, _ arguments: [LuaValue]) async throws -> LuaValue {
        guard let key = TaskScope.current.step else {
            return try await call(function, arguments).first ?? .nil
        }
        return try await call(function, arguments, beneath: key)
    }

    /// Runs a piece of code beside the script, in its state, and answers what it returns.
    package func evaluate(_ source: LuaSource, _ arguments: [LuaValue]) async throws -> [LuaValue] {
        guard let state = memory.withLock({ $0.state }) else { throw CancellationError() }
        return try await state.run(source, arguments: arguments)
    }
}
