import Foundation
import LuaKit
import Synchronization

/// How many times longer than usual tests may take: a sanitizer slows scripts down, and not their limits.
let patience = Int(ProcessInfo.processInfo.environment["LUAKIT_PATIENCE"] ?? "") ?? 1

/// Runs a text in a fresh state and answers what it returns.
func run(
    _ text: String,
    _ arguments: [LuaValue] = [],
    limits: LuaLimits = LuaLimits(),
    functions: [LuaHostFunction] = [],
    modules: [LuaModule] = []
) async throws -> [LuaValue] {
    let state = try LuaState(executor: LuaExecutor(), limits: limits)
    for function in functions { try await state.add(function) }
    for module in modules { try await state.add(module) }
    return try await state.run(LuaSource(name: "test.lua", text: text), arguments: arguments)
}

/// What a text fails with; `nil` when it does not fail.
func failure(
    of text: String,
    limits: LuaLimits = LuaLimits(),
    functions: [LuaHostFunction] = [],
    modules: [LuaModule] = []
) async throws -> LuaError? {
    do {
        _ = try await run(text, limits: limits, functions: functions, modules: modules)
        return nil
    } catch let error as LuaError {
        return error
    }
}

/// A place that several tasks can write to.
final class Box<Value: Sendable>: Sendable {
    private let content: Mutex<Value>

    init(_ value: Value) {
        content = Mutex(value)
    }

    var value: Value { content.withLock { $0 } }

    func update(_ change: @Sendable (inout Value) -> Void) {
        content.withLock { change(&$0) }
    }
}

/// A gate that a host function waits at until the test opens it.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func open() { continuation.yield() }

    func wait() async throws {
        for await _ in stream { return }
        try Task.checkCancellation()
    }
}
