import BackupAPI
import LuaKit

/// The names that a script can use, and what to do about one that it used wrongly.
package struct ScriptNames: Sendable {
    /// Those of modules, functions and Lua's own.
    let globals: [String]
    /// How functions of modules are called, by their last names.
    private let calls: [String: [String]]
    /// The values of modules, by their last names.
    private let values: [String: [String]]

    init(globals: [String], calls: [String: [String]], values: [String: [String]]) {
        (self.globals, self.calls, self.values) = (globals, calls, values)
    }

    /// What to do about an error that Lua has raised; `nil` where there is nothing to say.
    func fix(of error: LuaError) -> String? {
        let message = String(decoding: error.message.utf8.prefix(4_096), as: UTF8.self)
        if let global = Self.quoted(after: "(global ", in: message) {
            return StandardReplacement.fix(global: global)
                ?? globals.nearest(to: global).map { "Did you mean '\($0)'?" }
        }
        if message.hasPrefix("attempt to call"), message.contains("for iterator") {
            return "Go through a list with: for _, item in ipairs(list) do."
        }
        if let method = Self.quoted(after: "in method ", in: error.traceback.first ?? ""),
            let call = call(of: method, named: Self.quoted(after: "bad argument #1 to ", in: message))
        {
            return "Functions of modules are called with a dot: \(call)."
        }
        let field = Self.quoted(after: "(field ", in: message) ?? Self.quoted(after: "(method ", in: message)
        if message.hasPrefix("attempt to call a ") {
            guard let known = field.flatMap({ values[$0] }), let value = known.first else { return nil }
            return "'\(value)' is a value: write it without ()."
        }
        guard message.hasPrefix("attempt to"), message.contains("function") else { return nil }
        guard let known = field.flatMap({ calls[$0] }), let call = known.first else {
            return "A function is called with (), for example backup.list()."
        }
        guard known.count == 1 else {
            return "It is a function: call it, as in \(known.joined(separator: " or "))."
        }
        return "'\(call.prefix { $0 != "(" })' is a function: call it, as in \(call)."
    }

    /// How a function is called whose whole name an error has.
    private func call(of method: String, named name: String?) -> String? {
        guard let name else { return nil }
        return calls[method]?.first { $0.prefix { $0 != "(" } == name }
    }

    /// The name between quotes that follows a text.
    private static func quoted(after mark: String, in text: String) -> String? {
        guard let start = text.firstRange(of: mark + "'")?.upperBound else { return nil }
        return String(text[start...].prefix { $0 != "'" })
    }
}

/// A module that a script requires and that there is not.
struct ModuleNotFound: LuaErrorConvertible, CustomStringConvertible {
    let name: String
    /// The files that it could be, as people know them; empty where no folder is looked into.
    let places: [String]
    /// The modules of the host.
    let known: [String]

    private var message: String { "module '\(name.printable)' not found" }

    private var fix: String {
        if let fix = StandardReplacement.fix(module: name) { return fix }
        if let near = known.nearest(to: name) { return "Did you mean '\(near)'?" }
        guard let last = places.last else {
            return "There are only the host's modules: 'moonkeep help' lists them."
        }
        let list = places.count > 1 ? places.dropLast().joined(separator: ", ") + " and " + last : last
        return "There is neither a module of the host's of that name nor one of these files: \(list)."
    }

    var description: String { "\(message). \(fix)" }
    var luaMessage: String { description }
    var luaFields: [String: LuaValue] {
        [
            "code": "module_not_found", "message": .string(message), "fix": .string(fix), "retryable": false,
        ]
    }
}
