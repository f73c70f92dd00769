import Foundation
import LuaKit

/// Libraries in pure Lua that Debian packages, and what they need around them.
enum PureLua {
    private static let folders = ["/usr/share/lua/5.4", "/usr/share/lua/5.3"]

    private static func file(of module: String) -> URL? {
        let path = module.replacing(".", with: "/") + ".lua"
        return folders.map { URL(filePath: $0).appending(path: path) }
            .first { FileManager.default.isReadableFile(atPath: $0.path) }
    }

    static func isInstalled(_ modules: String...) -> Bool {
        modules.allSatisfy { file(of: $0) != nil }
    }

    /// Finds modules among `sources`, as a host's `require` would.
    private static let require = """
        local loaded, standard = {debug = debug}, require
        function require(name)
            if loaded[name] == nil then
                local text = module_source(name)
                if not text then return standard(name) end
                local value = assert(load(text, "=" .. name))(name)
                loaded[name] = value == nil or value
            end
            return loaded[name]
        end
        """

    /// What libraries for programs ask for while they load, without any effect: they print through `print`.
    static let world = """
        local line = ""
        local stream = {flush = function() end, setvbuf = function() end}
        function stream:write(...)
            line = line .. table.concat({...})
            line = line:gsub("([^\\n]*)\\n", function(text) print(text) return "" end)
            return self
        end
        io = {stdout = stream, stderr = stream, type = function() end}
        os = {
            clock = function() return 0 end, getenv = function() end, date = function() return "today" end,
            exit = function() error("exit") end,
        }
        package = {config = "/\\n;\\n?\\n!\\n-\\n", path = "", cpath = "", loaded = {}, searchpath = function() end}
        local function nothing() end
        debug = {
            traceback = function(message) return message end, gethook = nothing, sethook = nothing,
            setmetatable = nothing,
        }
        """

    /// Runs a text that may require the installed modules, in a state without a seed and in one with; answers what it
    /// returns last and the lines that it prints then.
    static func run(_ text: String, after prelude: String = "") async throws -> (
        values: [LuaValue], lines: [String]
    ) {
        _ = try await run(text, after: prelude, seed: nil)
        return try await run(text, after: prelude, seed: 1)
    }

    private static func run(_ text: String, after prelude: String, seed: Int64?) async throws -> (
        values: [LuaValue], lines: [String]
    ) {
        let lines = Box<[String]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            limits: LuaLimits(runningTime: .seconds(30)),
            seed: seed,
            output: { line in lines.update { $0.append(line.lossyText) } }
        )
        try await state.add(
            LuaHostFunction(
                "module_source",
                values: { values in
                    guard let name = values.first?.text, let file = file(of: name) else { return [.nil] }
                    return [.string(LuaBytes(try Data(contentsOf: file)))]
                }
            )
        )
        _ = try await state.run(LuaSource(name: "prelude.lua", text: prelude + "\n" + Self.require))
        return (try await state.run(LuaSource(name: "test.lua", text: text)), lines.value)
    }
}
