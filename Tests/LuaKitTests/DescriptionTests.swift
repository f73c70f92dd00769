import LuaKit
import Testing

/// Values and errors as people read them.
@Suite struct DescriptionTests {
    static let samples: [(LuaValue, String)] = [
        (.nil, "nil"), (.null, "null"), (true, "true"), (42, "42"), (1.5, "1.5"), ("a", #""a""#),
        (.string("say \"x\"\n"), #""say \"x\"\n""#), (.array([]), "{}"), (.array([1, "b"]), #"{1, "b"}"#),
        (.record(["b": 1, "a": .array([2])]), "{a = {2}, b = 1}"),
        (
            .table(LuaTableValue(items: [1], fields: ["1x": 2, "a b": 3, 0: 4, "": 5])),
            #"{1, [""] = 5, ["1x"] = 2, ["a b"] = 3, [0] = 4}"#
        ),
    ]

    @Test(arguments: samples)
    func `a value reads as Lua would write it`(value: LuaValue, text: String) {
        #expect("\(value)" == text)
    }

    @Test func `a function reads as one`() async throws {
        let values = try await run("return function() end")
        #expect(values.map(\.description) == ["function"])
    }

    @Test func `a thrown table is read by its contents, or by its own text`() async throws {
        let error = try #require(try await failure(of: "error({code = 'disk', message = 'it is full'})"))
        #expect("\(error)" == #"{code = "disk", message = "it is full"}"#)
        #expect(error.value["code"] == "disk")
        let own = "error(setmetatable({}, {__tostring = function() return 'own' end}))"
        #expect(try await failure(of: own)?.message == "own")
    }
}
