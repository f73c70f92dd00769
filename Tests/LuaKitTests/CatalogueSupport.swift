import LuaKit
import Testing

/// How a script of the catalogue of attacks must end.
enum Ending: Sendable {
    /// It returns these values.
    case values([LuaValue])
    /// It fails with this code and message.
    case error(LuaError.Code, String)
    /// It fails with this code and a message that begins so.
    case prefix(LuaError.Code, String)
    /// Its time is used up.
    case timeLimit
    /// Its memory is used up.
    case memoryLimit
    /// Its time or its memory is used up, whichever comes first.
    case anyLimit
    /// It ends, in any way: what it does is undefined, and only the process counts.
    case anyEnding
}

/// One script of the catalogue.
struct Attack: Sendable, CustomTestStringConvertible {
    let name: String
    let source: String
    let ending: Ending
    /// How it ends in a deterministic state.
    let endingWithSeed: Ending

    init(_ name: String, _ source: String, _ ending: Ending, withSeed: Ending? = nil) {
        self.name = name
        self.source = source
        self.ending = ending
        endingWithSeed = withSeed ?? ending
    }

    var testDescription: String { name }
}

/// What every attack may use.
let attackLimits = LuaLimits(
    memoryBytes: 16 << 20,
    runningTime: .milliseconds(240 * patience),
    outputBytes: 1 << 17
)

/// Runs an attack, also in a deterministic state, and expects that it ends as it must, within its limits, and that
/// nothing else suffers.
func expectContained(
    _ attack: Attack,
    limits: LuaLimits = attackLimits,
    functions: [LuaHostFunction] = [],
    modules: [LuaModule] = []
) async throws {
    try await expectContained(attack, limits: limits, seed: nil, functions: functions, modules: modules)
    try await expectContained(attack, limits: limits, seed: 1, functions: functions, modules: modules)
}

private func expectContained(
    _ attack: Attack,
    limits: LuaLimits,
    seed: Int64?,
    functions: [LuaHostFunction],
    modules: [LuaModule]
) async throws {
    let executor = try LuaExecutor()
    var state: LuaState? = try LuaState(executor: executor, limits: limits, seed: seed)
    weak let closed = state
    if let state {
        for function in functions { try await state.add(function) }
        for module in modules { try await state.add(module) }
        let empty = await state.memoryUsed
        await expect(attack, endingIn: seed == nil ? attack.ending : attack.endingWithSeed, of: state, limits)
        if let limit = limits.runningTime { #expect(await state.runningTime <= limit * 2) }
        // The limit counts from the moment when the state was made, and some of what it had then may be gone from `empty`.
        #expect(await state.memoryUsed <= empty + limits.memoryBytes + 64 << 10)
    }
    let other = try LuaState(executor: executor)
    #expect(try await other.run(LuaSource(name: "other.lua", text: "return ('x'):rep(3)")) == ["xxx"])
    state = nil
    // The state is closed on its thread: what runs there afterwards finds it gone.
    _ = await other.memoryUsed
    #expect(closed == nil)
}

private func expect(_ attack: Attack, endingIn ending: Ending, of state: LuaState, _ limits: LuaLimits) async
{
    do throws(LuaError) {
        let values = try await state.run(LuaSource(name: "test.lua", text: attack.source))
        if case .anyEnding = ending { return }
        guard case .values(let expected) = ending else {
            Issue.record("it returned \(values)")
            return
        }
        #expect(values == expected)
    } catch {
        switch ending {
        case .anyEnding: break
        case .values: Issue.record("it failed: \(error)")
        case .error(let code, let message):
            #expect(error.code == code)
            #expect(error.message == message)
        case .prefix(let code, let message):
            #expect(error.code == code)
            #expect(error.message.hasPrefix(message), "\(error.message)")
        case .timeLimit: #expect(error.code == .timeLimit, "\(error)")
        case .memoryLimit:
            #expect(error.code == .memoryLimit, "\(error)")
            #expect(error.message == "the script needs more than its \(limits.memoryBytes) bytes of memory")
        case .anyLimit: #expect(error.code == .timeLimit || error.code == .memoryLimit, "\(error)")
        }
    }
}
