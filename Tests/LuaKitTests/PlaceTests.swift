import LuaKit
import Testing

/// Where a script calls a host function.
@Suite(.timeLimit(.minutes(1))) struct PlaceTests {
    private static func text(_ place: LuaError.Place?) -> LuaValue {
        .string(place.map { "\($0.script):\($0.line)" } ?? "nowhere")
    }

    private static let functions = [
        LuaHostFunction("here", valuesFrom: { [text($1)] + $0 }),
        LuaHostFunction("later", waitingFrom: { arguments, place in [text(place)] + arguments }),
    ]

    @Test(arguments: ["here", "later"])
    func `a host function knows the line that called it`(name: String) async throws {
        let text = """
            local f = \(name)
            local results = {
                (f()),
                (select(2, pcall(f))),
                (select(2, pcall(pcall, f))) and 'called',
                (coroutine.wrap(function()
                    return f()
                end)()),
                (coroutine.wrap(f)()),
            }
            local function tail() return f('x') end
            results[6], results[7] = tail()
            results[8] = load('\\n\\nreturn (' .. '\(name)' .. '())', '=other')()
            return table.unpack(results)
            """
        let expected: [LuaValue] = [
            "test.lua:3", "test.lua:4", "called", "test.lua:7", "nowhere", "test.lua:11", "x", "other:3",
        ]
        #expect(try await run(text, functions: Self.functions) == expected)
    }

    @Test func `the place of a call is that of its error`() async throws {
        struct Failure: Error {}
        let place = Box<LuaError.Place?>(nil)
        let fail = LuaHostFunction(
            "fail",
            waitingFrom: { _, called in
                place.update { $0 = called }
                throw Failure()
            }
        )
        let error = try #require(try await failure(of: "\n\nfail()", functions: [fail]))
        #expect(error.place == LuaError.Place(script: "test.lua", line: 3))
        #expect(place.value == error.place)
    }
}
