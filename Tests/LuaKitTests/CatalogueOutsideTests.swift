import LuaKit
import Testing

/// Reaching the outside: S01 to S09.
@Suite(.timeLimit(.minutes(5 * patience))) struct CatalogueOutsideTests {
    private static let noBytecode: [LuaValue] = [.nil, "attempt to load a binary chunk (mode is 't')"]

    @Test(arguments: [
        Attack("S01 bytecode", #"return load("\27Lua")"#, .values(noBytecode)),
        Attack(
            "S01 bytecode with its mode",
            #"return load("\27Lua", "x", "b")"#,
            .values([.nil, "attempt to load a text chunk (mode is 'b')"])
        ),
        Attack(
            "S01 bytecode of string.dump",
            "return load(string.dump(function() end))",
            .prefix(.runtime, "attempt to call a nil value (field 'dump')")
        ),
        Attack(
            "S01 bytecode from a reader",
            #"local parts = {"\27", "Lua"} return load(function() return table.remove(parts, 1) end)"#,
            .values(noBytecode)
        ),
        Attack(
            "S02 io",
            #"return io.open("secret.txt")"#,
            .error(.runtime, "attempt to index a nil value (global 'io')")
        ),
        Attack(
            "S02 os",
            #"return os.execute("id")"#,
            .error(.runtime, "attempt to index a nil value (global 'os')")
        ),
        Attack("S02 os by require", #"return require("os")"#, .error(.runtime, "module 'os' not found")),
        Attack(
            "S02 io of the environment",
            "return rawget(_G, 'io'), rawget(_ENV, 'os')",
            .values([.nil, .nil])
        ),
        Attack("S03 os.exit", "os.exit(1)", .error(.runtime, "attempt to index a nil value (global 'os')")),
        Attack(
            "S03 os.exit in a coroutine",
            "return coroutine.resume(coroutine.create(function() os.exit() end))",
            .values([false, "test.lua:1: attempt to index a nil value (global 'os')"])
        ),
        Attack(
            "S04 os.setlocale",
            #"return pcall(function() os.setlocale("de_DE") end)"#,
            .values([false, "test.lua:1: attempt to index a nil value (global 'os')"])
        ),
        Attack(
            "S04 numbers keep their point",
            "return tostring(1.5), tonumber('1.5'), tonumber('1,5')",
            .values(["1.5", 1.5, .nil])
        ),
        Attack(
            "S05 package",
            #"return package.loadlib("libc.so.6", "system")"#,
            .error(.runtime, "attempt to index a nil value (global 'package')")
        ),
        Attack(
            "S05 require of a path",
            #"return require("../secret")"#,
            .error(
                .runtime,
                "'../secret' is no module name: use letters, digits and '_', with dots between words"
            )
        ),
        Attack(
            "S05 require of package",
            #"return require("package")"#,
            .error(.runtime, "module 'package' not found")
        ),
        Attack("S05 require of _G", #"return require("_G")"#, .error(.runtime, "module '_G' not found")),
        Attack(
            "S06 dofile",
            #"dofile("/etc/passwd")"#,
            .error(.runtime, "attempt to call a nil value (global 'dofile')")
        ),
        Attack(
            "S06 loadfile",
            #"loadfile("/etc/passwd")"#,
            .error(.runtime, "attempt to call a nil value (global 'loadfile')")
        ),
        Attack(
            "S06 load takes no file",
            #"return load("@/etc/passwd")"#,
            .values([.nil, "/etc/passwd:1: unexpected symbol near '@'"])
        ),
        Attack(
            "S07 debug",
            "return debug.getregistry()",
            .error(.runtime, "attempt to index a nil value (global 'debug')")
        ),
        Attack(
            "S07 debug by require",
            #"return require("debug")"#,
            .error(.runtime, "module 'debug' not found")
        ),
        Attack(
            "S07 collectgarbage",
            "collectgarbage('stop')",
            .error(.runtime, "attempt to call a nil value (global 'collectgarbage')")
        ),
        Attack("S08 address of a function", "return tostring(print):match('0x') == nil", .values([true])),
        Attack(
            "S08 address of a table with a name",
            "return tostring(setmetatable({}, {__name = 'thing'}))",
            .values(["thing: 1"])
        ),
        Attack("S08 address in an error", "error({})", .error(.runtime, "{}")),
        Attack(
            "S08 address of a coroutine in print",
            "local s = tostring(coroutine.create(print)) return s",
            .values(["thread: 1"])
        ),
        Attack(
            "S09 print flood",
            #"while true do print(("x"):rep(1e6)) end"#,
            .error(.runtime, "the script has printed too much")
        ),
        Attack("S09 caught print flood", #"while true do pcall(print, ("x"):rep(1e6)) end"#, .timeLimit),
        Attack(
            "S09 flood of empty lines",
            "while true do print() end",
            .error(.runtime, "the script has printed too much")
        ),
        Attack("S09 warn", "warn('@on')", .error(.runtime, "attempt to call a nil value (global 'warn')")),
    ])
    func `a script does not reach the outside`(attack: Attack) async throws {
        try await expectContained(attack)
    }
}
