import LuaKit
import Testing

@Suite struct LineTests {
    @Test func `a state that notes lines says which have run, in coroutines and modules too`() async throws {
        let state = try LuaState(executor: try LuaExecutor(), notesLines: true)
        let text = """
            local function unused()
              return 1
            end
            local thread = coroutine.wrap(function()
              local x = 1
              coroutine.yield(x)
              return x
            end)
            thread()
            """
        let source = LuaSource(name: "a.lua", text: text)
        _ = try await state.run(source)
        #expect(await state.linesRun == ["a.lua": [3, 4, 5, 6, 8, 9]])
        #expect(try source.executableLines() == [2, 3, 4, 5, 6, 7, 8, 9])
    }

    @Test func `a state that does not note them knows none`() async throws {
        let state = try LuaState(executor: try LuaExecutor())
        _ = try await state.run(LuaSource(name: "a.lua", text: "local x = 1"))
        #expect(await state.linesRun.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `a script that loops is ended and interrupted as any other`()
        async throws
    {
        let executor = try LuaExecutor()
        let limits = LuaLimits(runningTime: .milliseconds(100))
        let state = try LuaState(executor: executor, limits: limits, notesLines: true)
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "a.lua", text: "while true do local x = 1 end"))
        }
        #expect(error?.code == .timeLimit)
        #expect(await state.linesRun["a.lua"] == [1])
    }

    @Test func `names without end are not all kept`() async throws {
        let state = try LuaState(executor: try LuaExecutor(), notesLines: true)
        let text = "for i = 1, 1000 do load('local x = 1', '@' .. i)() end"
        _ = try await state.run(LuaSource(name: "a.lua", text: text))
        #expect(await state.linesRun.count == 256)
    }

    @Test func `the end of a function is no line, nor is a comment`() throws {
        let text = """
            -- a comment
            local t = {
              a = 1,
              b = function() end,
            }

            local function f(...)
              if t then
                return ...
              end
            end
            f()
            """
        let lines = try LuaSource(name: "a.lua", text: text).executableLines()
        #expect(lines == [2, 3, 4, 8, 9, 11, 12])
    }
}
