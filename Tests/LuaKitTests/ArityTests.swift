import LuaKit
import Testing

/// Functions of each number of parameters: some have initializers of their own.
@Suite struct ArityTests {
    private let functions = [
        LuaHostFunction("one") { (a: Int) in a },
        LuaHostFunction("two") { (a: Int, b: Double) in Double(a) + b },
        LuaHostFunction("three") { (a: Int, b: Double, c: String) in "\(a) \(b) \(c)" },
        LuaHostFunction("four") { (a: Int, b: Double, c: String, d: Bool) in "\(a) \(b) \(c) \(d)" },
        LuaHostFunction("five") { (a: Int, b: Double, c: String, d: Bool, e: Int?) in
            "\(a) \(b) \(c) \(d) \(e ?? 0)"
        },
    ]

    @Test func `a function of any number of parameters gets each argument`() async throws {
        let values = try await run(
            "return one(1), two(1, 2), three(1, 2, 'c'), four(1, 2, 'c', true), five(1, 2, 'c', false)",
            functions: functions
        )
        #expect(values == [1, 3.0, "1 2.0 c", "1 2.0 c true", "1 2.0 c false 0"])
    }

    @Test(arguments: [
        ("one('x')", "bad argument #1 to 'one': integer expected, got string"),
        ("two(1, {})", "bad argument #2 to 'two': number expected, got table"),
        ("three(1, 2, true)", "bad argument #3 to 'three': string expected, got boolean"),
        (
            "three(1, 2, '\\xff')",
            "bad argument #3 to 'three': text in UTF-8 expected, got a string with other bytes"
        ),
        ("four(1, 2, 'c', 1)", "bad argument #4 to 'four': boolean expected, got number"),
        (
            "four(1, 2, 'c', coroutine.create(print))",
            "bad argument #4 to 'four': boolean expected, got thread"
        ),
        ("five(1, 2, 'c', false, 'x')", "bad argument #5 to 'five': integer expected, got string"),
    ])
    func `a wrong argument is named in a function of any number`(call: String, message: String) async throws {
        let error = try #require(try await failure(of: call, functions: functions))
        #expect(error.description == "test.lua:1: \(message)")
    }

    @Test func `a function that answers nothing gets each argument too`() async throws {
        let seen = Box<[[Int]]>([])
        let functions = [
            LuaHostFunction("two") { (a: Int, b: Int) in seen.update { $0.append([a, b]) } },
            LuaHostFunction("three") { (a: Int, b: Int, c: Int) in seen.update { $0.append([a, b, c]) } },
            LuaHostFunction("four") { (a: Int, b: Int, c: Int, d: Int) in
                seen.update { $0.append([a, b, c, d]) }
            },
            LuaHostFunction("five") { (a: Int, b: Int, c: Int, d: Int, e: Int) in
                seen.update { $0.append([a, b, c, d, e]) }
            },
        ]
        let source = "two(1, 2) three(1, 2, 3) four(1, 2, 3, 4) return select('#', five(1, 2, 3, 4, 5))"
        #expect(try await run(source, functions: functions) == [0])
        #expect(seen.value == [[1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5]])
    }
}
