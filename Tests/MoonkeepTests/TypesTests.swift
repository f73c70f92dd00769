import Foundation
import PluginHost
import Testing

@testable import moonkeep

/// What `moonkeep types` writes for editors and for luacheck.
@Suite struct TypesTests {
    private static let notice = "-- Written by 'moonkeep types', which writes it again: changes do not stay."

    @Test func `in a site it writes the folder types, and the settings that point there`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("types")
            let output = """
                wrote \(site.path("types"))
                made \(site.path(".luarc.json"))
                made \(site.path(".luacheckrc"))

                """
            #expect(ended == Ended(exitCode: 0, output: output, error: ""))
            let modules = Library.allModules(of: nil).map { $0.name + ".lua" }
            #expect(
                try site.names(in: "types")
                    == (modules + ["luacheck.lua", "luacheck_test.lua", "test.lua", "types.lua"]).sorted()
            )
            let again = try await site.moonkeep("types")
            #expect(again == Ended(exitCode: 0, output: "wrote \(site.path("types"))\n", error: ""))
        }
    }

    @Test func `it writes the same files again, and into any folder`() async throws {
        try await withSite { site in
            try await site.moonkeep("types", "one/deep")
            let ended = try await site.moonkeep("types", site.path("two"), in: "home")
            #expect(ended == Ended(exitCode: 0, output: "wrote \(site.path("two"))\n", error: ""))
            for name in try site.names(in: "one/deep") {
                #expect(try site.text("one/deep/\(name)") == site.text("two/\(name)"))
            }
            #expect(!site.exists(".luarc.json"))
        }
    }

    @Test func `a script of the same name is not replaced`() async throws {
        try await withSite { site in
            try site.makeFolder("mine")
            try site.write("print('mine')\n", to: "mine/backup.lua")
            let ended = try await site.moonkeep("types", "mine")
            #expect(
                ended
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error: """
                            moonkeep: '\(site.path("mine/backup.lua"))' is there already, and 'moonkeep types' has not \
                            written it. Nothing was changed; choose another folder.

                            """
                    )
            )
            #expect(try site.names(in: "mine") == ["backup.lua"])
            #expect(try site.text("mine/backup.lua") == "print('mine')\n")
        }
    }

    @Test func `a folder that cannot be made is an error`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("types", "password/x")
            #expect(ended.exitCode == 1)
            #expect(
                ended.error.hasPrefix(
                    "moonkeep: the definitions could not be written to '\(site.path("password/x"))': "
                )
            )
        }
    }

    @Test func `a definition has types, units, options and an example`() async throws {
        try await withSite { site in
            try await site.moonkeep("types", "t")
            let text = try site.text("t/task.lua")
            #expect(text.hasPrefix("---@meta task\n\(Self.notice)\n"))
            #expect(
                text.contains(
                    """

                    ---The options of `task.map`.
                    ---@class (exact) task.map.Options
                    ---@field limit? integer At most so many at a time, 1 to 256. Default: 4.

                    """
                )
            )
            #expect(
                text.contains(
                    """

                    ---@async
                    ---@param list any[] The items.
                    ---@param options? task.map.Options Named options.
                    ---@param fn async fun(item: any, index: integer): any Gets an item and its number.
                    ---@return ItemResult[] # what came of each item, in order
                    ---@overload async fun(list: any[], fn: async fun(item: any, index: integer): any): ItemResult[]
                    function task.map(list, options, fn) end

                    """
                )
            )
            #expect(text.contains("\n---@field wait async fun(self: Task): any "))
            #expect(text.contains("\n---```lua\n---local results = task.map("))
            let types = try site.text("t/types.lua")
            #expect(types.contains("\n---@alias duration number|string\n"))
            let shell = try site.text("t/shell.lua")
            #expect(
                shell.contains("\n---@class (exact) shell.run.Command\n---@field [integer] string|number ")
            )
            #expect(try site.text("t/backup.lua").contains("\n---@return (fun(): Progress|nil) # ") == false)
            #expect(try site.text("t/backup.lua").contains("\n---@return fun(): Progress|nil # "))
        }
    }

    @Test(.enabled(if: Machine.hasLua, "lua5.4 is not installed"))
    func `every definition is Lua, and answers its module`() async throws {
        try await withSite { site in
            try await site.moonkeep("types", "t")
            for name in try site.names(in: "t") {
                let ended = try await site.execute(
                    "/usr/bin/lua5.4",
                    "-e",
                    "assert(type((dofile('t/\(name)'))) == '\(name == "types.lua" ? "nil" : "table")')"
                )
                #expect(ended == Ended(exitCode: 0, output: "", error: ""), "\(name)")
            }
        }
    }
}

@Suite(.enabled(if: Machine.hasLuacheck, "luacheck is not installed")) struct LuacheckTests {
    private func withTypes(_ test: (TestSite) async throws -> Void) async throws {
        try await withSite { site in
            try await site.moonkeep("types")
            try await test(site)
        }
    }

    @Test func `the definitions themselves have no warnings`() async throws {
        try await withTypes { site in
            let files = try site.names(in: "types").map { "types/" + $0 }
            let ended = try await Program(
                "/usr/bin/luacheck",
                ["--quiet", "--no-color", "--no-config", "--std", "lua54"] + files,
                in: site.folder,
                environment: site.environment
            ).end()
            #expect(ended.exitCode == 0, "\(ended.output)")
        }
    }

    @Test(arguments: Checkout.scripts)
    func `an example script has no warnings`(script: String) async throws {
        try await withTypes { site in
            let ended = try await site.execute("/usr/bin/luacheck", "--quiet", "--no-color", script)
            #expect(ended.exitCode == 0, "\(ended.output)")
        }
    }

    @Test func `the examples of the descriptions have no warnings`() async throws {
        try await withTypes { site in
            try site.makeFolder("described")
            for module in Library.allModules(of: nil) {
                for function in module.functions {
                    try site.write(
                        (function.example ?? "") + "\n",
                        to: "described/\(module.name).\(function.name).lua"
                    )
                }
            }
            let ended = try await site.execute("/usr/bin/luacheck", "--quiet", "--no-color", "described")
            #expect(ended.exitCode == 0, "\(ended.output)")
        }
    }

    @Test(arguments: [
        ("backup.strat('web')", "accessing undefined field 'strat' of global 'backup'"),
        ("bakcup.start('web')", "accessing undefined variable 'bakcup'"),
        ("print(run.arg)", "accessing undefined field 'arg' of global 'run'"),
        ("print(string.fmt)", "accessing undefined field 'fmt' of global 'string'"),
        ("os.execute('ls')", "accessing undefined variable 'os'"),
        ("backup.start = nil", "setting read-only field 'start' of global 'backup'"),
    ])
    func `a mistake is a warning`(script: String, warning: String) async throws {
        try await withTypes { site in
            try site.write(script + "\n", to: "scripts.lua")
            let ended = try await site.execute("/usr/bin/luacheck", "--no-color", "scripts.lua")
            #expect(ended.exitCode == 1)
            #expect(ended.output.contains(": \(warning)\n"), "\(ended.output)")
        }
    }

    @Test func `fields of what is no module's are free`() async throws {
        try await withTypes { site in
            try site.write("print(run.args.host.name, _G.x, ('x'):rep(2))\n", to: "scripts.lua")
            let ended = try await site.execute("/usr/bin/luacheck", "--quiet", "--no-color", "scripts.lua")
            #expect(ended.exitCode == 0, "\(ended.output)")
        }
    }
}
