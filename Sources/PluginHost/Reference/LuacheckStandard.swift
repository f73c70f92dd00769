/// A standard of luacheck in which unknown globals, and unknown fields of modules and of Lua's libraries, are warnings.
struct LuacheckStandard: Sendable {
    /// What luacheck knows it by: `moonkeep`.
    let name: String
    let modules: [Module]
    let sandbox: [ScriptGlobal]

    private var file: String { name == "moonkeep" ? "luacheck" : "luacheck_test" }

    /// The file.
    var text: String {
        let modules = modules.map { module in
            let values = module.values.map { "      \($0.name) = { other_fields = true }," }
            let functions = module.functions.map { "      \($0.name) = {}," }
            return (module.name, (values + functions).sorted())
        }
        let library = sandbox.map { global in (global.name, global.members.map { "      \($0) = {}," }) }
        let entries = (modules + library).sorted { $0.0 < $1.0 }.map { name, members in
            members.isEmpty
                ? "    \(name) = {\(name == "_G" ? " other_fields = true " : "")},"
                : "    \(name) = { fields = {\n\(members.joined(separator: "\n"))\n    } },"
        }
        return """
            \(EditorDefinitions.notice)
            -- What \(name == "moonkeep" ? "scripts" : "tests") find, for luacheck: stds.\(name) = require "types.\(file)"
            return {
              read_globals = {
            \(entries.joined(separator: "\n"))
              },
            }

            """
    }
}
