import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct StateTests {
    @Test func `a value is kept from run to run`() async throws {
        let fixture = try LibraryFixture([.state])
        #expect(
            try await fixture.values(
                "return state.get('n'), select('#', state.set('n', { 1, x = { true, 2.5 } }))"
            ) == [
                .nil, 1,
            ]
        )
        #expect(
            try await fixture.values("local n = state.get('n'); return n[1], n.x[1], n.x[2]") == [
                1, true, 2.5,
            ]
        )
        #expect(try await fixture.values("state.delete('n'); return state.get('n')") == [.nil])
    }

    @Test func `each script has its own, and all have the shared ones`() async throws {
        let fixture = try LibraryFixture([.state], permissions: ["state:shared"])
        _ = try await fixture.values("state.set('n', 1); state.set('shared/n', 2)", name: "one.lua")
        #expect(
            try await fixture.values("return state.get('n'), state.get('shared/n')", name: "two.lua") == [
                .nil, 2,
            ]
        )
    }

    @Test func `the keys are listed in their order`() async throws {
        let fixture = try LibraryFixture([.state], permissions: ["state:shared"])
        let values = try await fixture.values(
            """
            for _, key in ipairs({ "b/2", "a", "b/10", "shared/b/1" }) do state.set(key, key) end
            local function keys(prefix)
                local all = {}
                for i, entry in ipairs(state.list(prefix)) do all[i] = entry.key .. "=" .. entry.value end
                return table.concat(all, " ")
            end
            return keys(), keys("b/"), keys("shared/"), state.list("a")[1].changed
            """
        )
        #expect(
            values == [
                "a=a b/10=b/10 b/2=b/2", "b/10=b/10 b/2=b/2", "shared/b/1=shared/b/1",
                "2014-08-05T18:22:22.000000Z",
            ]
        )
    }

    @Test func `compare_and_set keeps a value only in place of the expected one`() async throws {
        let fixture = try LibraryFixture([.state])
        #expect(
            try await fixture.values(
                """
                return state.compare_and_set("n", 1, 2), state.compare_and_set("n", nil, 1),
                    state.compare_and_set("n", { 1 }, 2), state.compare_and_set("n", 1, { b = 1, a = 2 }),
                    state.compare_and_set("n", { a = 2, b = 1 }, nil), state.get("n")
                """
            ) == [false, true, false, true, true, .nil]
        )
    }

    @Test func `other scripts' values need a permission`() async throws {
        let fixture = try LibraryFixture([.state])
        for call in ["get('shared/n')", "set('shared/n', 1)", "delete('shared/n')", "list('shared/')"] {
            #expect(
                try await fixture.failure("state.\(call)") == """
                    test.lua:1: the script may not do this: it has no permission 'state:shared'. Ask for it in the \
                    script's 'needs', and grant it with 'moonkeep allow test.lua'.
                    """
            )
        }
    }

    @Test(arguments: [
        (
            "state.set('', 1)",
            "bad argument #1 to 'state.set': a key of 1 to 200 bytes without NUL expected, got \"\""
        ),
        ("state.get({})", "bad argument #1 to 'state.get': string expected, got table"),
        (
            "state.set('n', nil)",
            "bad argument #2 to 'state.set': a value expected; 'state.delete' removes a key"
        ),
        (
            "state.set('n', { x = print })",
            "bad argument #2 to 'state.set': a value that JSON can hold expected: x: a function has no form outside Lua"
        ),
        (
            "state.set('n', -(0/0))",
            "bad argument #2 to 'state.set': a value that JSON can hold expected: JSON has no number for nan"
        ),
        (
            "state.set('n', ('x'):rep(256 * 1024))",
            "bad argument #2 to 'state.set': a value of at most 256 KiB expected, got 256 KiB"
        ),
    ])
    func `a wrong argument is named`(call: String, message: String) async throws {
        let failure = try await LibraryFixture([.state]).failure(call)
        #expect(failure == "test.lua:1: \(message)")
    }

    @Test func `a plan changes nothing`() async throws {
        let fixture = try LibraryFixture([.state])
        let plan = try await fixture.makeHost().plan(
            LuaSource(name: "test.lua", text: "state.set('n', 1); state.delete('m'); return state.get('n')")
        )
        #expect(
            plan.steps.map(\.description) == [
                #"state.set("n",1)"#, #"state.delete("m")"#, #"state.get("n")"#,
            ]
        )
        #expect(try await fixture.values("return state.get('n')") == [.nil])
    }
}
