import LuaKit

/// Runs a script that calls Swift, waits for it, and is held to its limits.
@main
struct LuaKitExample {
    static let script = """
        print("6 * 7 = " .. multiply(6, 7))
        print("the answer came: " .. fetch("https://localhost/answer"))
        while true do end
        """

    static func main() async throws {
        let limits = LuaLimits(runningTime: .milliseconds(100))
        let state = try LuaState(executor: LuaExecutor(), limits: limits) { line in print(line.lossyText) }
        try await state.add(LuaHostFunction("multiply") { (a: Int, b: Int) in a * b })
        try await state.add(LuaHostFunction("fetch", waiting: { (url: String) in await answer(of: url) }))
        do { _ = try await state.run(LuaSource(name: "example.lua", text: script)) } catch { print(error) }
    }

    static func answer(of url: String) async -> String {
        await Task.yield()
        return "42 bytes of \(url)"
    }
}
