import LuaKit
import Testing

@Suite struct InspectingTests {
    private func uses(_ text: String) throws -> [String] {
        try LuaSource(name: "test.lua", text: text).globalUses().map { use in
            let member = use.member.map { ".\($0)" } ?? ""
            let argument = use.firstArgument.map { "(\($0))" } ?? ""
            return "\(use.line) \(use.isAssignment ? "=" : "")\(use.name)\(member)\(argument)"
        }
    }

    @Test func `globals are found with their members, arguments and lines`() throws {
        #expect(
            try uses(
                """
                local id = backup.start("web-files")
                local result = backup.wait(id)

                report.add(result)
                count = 1
                print(count)
                """
            ) == [
                "1 backup.start(web-files)", "2 backup.wait", "4 report.add", "5 =count", "6 print",
                "6 count",
            ]
        )
    }

    @Test func `locals, parameters and fields of that name are not globals`() throws {
        #expect(
            try uses(
                "local backup = {} function backup.start(print) return print end for ipairs = 1, 2 do local x = ipairs end"
            ).isEmpty
        )
    }

    @Test func `functions inside functions are looked at`() throws {
        #expect(
            try uses("local function f()\n return function()\n  return inner.call('x')\n end\nend") == [
                "3 inner.call(x)"
            ]
        )
    }

    @Test func `a long source keeps its lines`() throws {
        let text =
            String(repeating: "local a = 1\n", count: 150) + String(repeating: "\n", count: 400) + "unknown()"
        #expect(try uses(text) == ["551 unknown"])
    }

    @Test func `a source that is no Lua is a syntax error`() throws {
        let error = #expect(throws: LuaError.self) {
            try LuaSource(name: "a.lua", text: "x = = 1").globalUses()
        }
        #expect(error?.description == "a.lua:1: unexpected symbol near '='")
    }
}
