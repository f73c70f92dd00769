import LuaKit

/// Bytes as a source text, or as a list of fragments of Lua, which make sense more often.
enum SourceInput {
    private static let fragments = [
        "local a ", "local b ", "a ", "b ", "= ", "== ", "{} ", "{a, b, x = a} ", "function(...) ", "end ",
        "return ", "1 ",
        "1e9 ", "-1 ", "0.5 ", "math.maxinteger ", "'' ", "'x' ", "('x'):rep(1e5) ", "nil ", "true ", "... ",
        "( ", ") ", ", ",
        "while true do ", "for i = 1, 1e6 do ", "for a, b in pairs(a) do ", "do ", "if a then ", "goto x ",
        "::x:: ", "a.x ",
        "a[b] ", "a[i] ", "#a ", ".. ", "+ ", "// ", "& ", "pcall( ", "xpcall(a, ", "error( ",
        "error(setmetatable(a, b)) ",
        "setmetatable(a, b) ", "setmetatable({}, {__index = a, __newindex = a, __len = a, __tostring = a}) ",
        "local x <close> = setmetatable({}, {__close = a}) ", "local x <const> = a ", "local _ENV = a ",
        "coroutine.create(a) ",
        "coroutine.wrap(a)( ", "coroutine.yield( ", "coroutine.resume(a, b) ", "coroutine.close(a) ",
        "coroutine.running() ",
        "load(a, b, 't', a) ", "load(function() return a end) ", "require( ", "tostring(a) ", "print( ",
        "select(a, ", "next(a) ",
        "rawset(a, b, a) ", "table.sort(a, b) ", "table.concat(a, b) ", "table.insert(a, b) ",
        "table.move(a, 1, 9, b) ",
        "table.unpack(a) ", "table.remove(a) ", "a:gsub(b, a) ", "a:find(b) ", "for a in a:gmatch(b) do ",
        "'(.-)%1%b()[^%w]' ",
        "'%s%q%5.2f' ", "string.format( ", "string.pack('s4i8', a) ", "utf8.codes(a) ", "echo( ", "wait( ",
        "fail( ", "call(a) ",
        "thing.x ", "{__mode = 'kv', __gc = a} ", "a = b ", "b = a ", "a = function() ", "b = {} ",
    ]

    private struct Failure: LuaErrorConvertible {
        let luaMessage = "it failed"
        var luaFields: [String: LuaValue] { ["message": .string(luaMessage), "list": .array([1])] }
    }

    private static let functions = [
        LuaHostFunction("echo", values: { $0 }),
        LuaHostFunction("fail", values: { _ in throw Failure() }),
        LuaHostFunction("typed") { (text: String, count: Int, flag: Bool?) in
            text.count + count + (flag == true ? 1 : 0)
        },
        LuaHostFunction("wait", waiting: { $0 }),
    ]

    /// What is wrong after the bytes have run. The script's own failure is not.
    static func problem(with bytes: [UInt8]) async throws -> String? {
        let source = bytes.first == 0 ? text(of: bytes.dropFirst()) : bytes
        return try await Sandbox.problem { state in
            for function in functions { try await state.add(function) }
            try await state.add(LuaModule("thing", functions: functions, constants: ["x": .array([1])]))
            try await state.add(
                LuaHostFunction(
                    "call",
                    waiting: { [weak state] arguments in
                        guard case .function(let function)? = arguments.first, let state else { return [] }
                        return try await state.call(function, Array(arguments.dropFirst()))
                    }
                )
            )
            do throws(LuaError) {
                _ = try await state.run(LuaSource(name: "fuzz.lua", bytes: source))
            } catch {
                return error.message.utf8.count > 8192 * 3
                    ? "a message has \(error.message.utf8.count) bytes" : nil
            }
            return nil
        }
    }

    private static func text(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.prefix(400).flatMap { fragments[Int($0) % fragments.count].utf8 }
    }
}
