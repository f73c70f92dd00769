/// What runs when a script calls a host function.
@usableFromInline enum HostBody: Sendable {
    /// Answers at once.
    case immediate(@Sendable (borrowing LuaArguments) throws -> LuaResults.Pushed)
    /// Takes its arguments at once, before it first waits; the script's coroutine yields meanwhile.
    case waiting(@Sendable (borrowing LuaArguments) async throws -> LuaResults.Pushed)
}

/// A function that scripts of one state can call, under the name that errors call it by.
class RegisteredFunction {
    let name: String

    init(name: String) {
        self.name = name
    }
}

/// A function that returns at once.
final class ImmediateFunction: RegisteredFunction {
    let body: @Sendable (borrowing LuaArguments) throws -> LuaResults.Pushed

    init(name: String, body: @escaping @Sendable (borrowing LuaArguments) throws -> LuaResults.Pushed) {
        self.body = body
        super.init(name: name)
    }

    /// Calls it with the arguments on a stack; the answer is C's.
    @inline(__always) func call(_ core: LuaCore, _ state: OpaquePointer) -> Int32 {
        do {
            return try body(unsafe LuaArguments(core: core, state: state, isWaiting: false)).code
        } catch {
            return core.raise(error, of: self)
        }
    }
}

/// A function that may wait.
final class WaitingFunction: RegisteredFunction {
    let body: @Sendable (borrowing LuaArguments) async throws -> LuaResults.Pushed

    init(name: String, body: @escaping @Sendable (borrowing LuaArguments) async throws -> LuaResults.Pushed) {
        self.body = body
        super.init(name: name)
    }
}
