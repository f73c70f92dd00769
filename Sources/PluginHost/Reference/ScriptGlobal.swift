public import LuaKit

/// A global that every script finds without a module of the host's: a function or a library of Lua.
public struct ScriptGlobal: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The names in it, sorted; empty for all but libraries.
    public let members: [String]

    /// Makes a global.
    public init(_ name: String, members: [String] = []) {
        (self.name, self.members) = (name, members)
    }
}

extension ScriptGlobal {
    /// What every script finds, by name.
    public static func all(on executor: LuaExecutor) async throws -> [ScriptGlobal] {
        let state = try LuaState(executor: executor)
        let source = LuaSource(
            name: "globals",
            text: """
                local found = {}
                for index, name in ipairs({ ... }) do
                  local members = {}
                  if type(_G[name]) == "table" and name ~= "_G" then
                    for member in pairs(_G[name]) do members[#members + 1] = member end
                  end
                  table.sort(members)
                  found[index] = members
                end
                return found
                """
        )
        let names = LuaState.globalNames.sorted()
        let found = try await state.run(source, arguments: names.map(LuaValue.string)).first ?? .nil
        guard case .table(let table) = found else { return [] }
        return zip(names, table.items).map { name, members in
            guard case .table(let members) = members else { return ScriptGlobal(name) }
            return ScriptGlobal(name, members: members.items.compactMap(\.text))
        }
    }
}
