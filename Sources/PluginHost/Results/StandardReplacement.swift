import LuaKit

/// What scripts use in the place of what Lua and its usual libraries have and the sandbox does not.
enum StandardReplacement {
    /// The functions of libraries that scripts do not have, and what replaces each.
    static let members: [String: [String: String]] = [
        "os": [
            "time": "time.now()", "date": "time.format(time.now(), pattern)", "clock": "time.now()",
            "difftime": "time.between(from, to)",
            "getenv": "an argument of the manifest or secrets.get(name)",
            "execute": "shell.run({ program, argument })", "remove": "fs.remove(path)",
            "rename": "fs.rename(path, to)", "tmpname": "fs.with_temporary_folder(fn)",
            "exit": "run.finish(outcome), or return",
        ],
        "io": [
            "open": "fs.read(path) and fs.write(path, content)", "lines": "fs.read(path)",
            "read": "run.ask(question)", "write": "print(text)",
            "popen": "shell.run({ program, argument })", "stderr": "log.error(message)",
            "tmpfile": "fs.with_temporary_folder(fn)",
        ],
        "debug": ["traceback": "error(message), which is shown with the calls that led there"],
    ]

    /// Globals of Lua and its older versions, and what replaces each.
    static let globals: [String: String] = [
        "dofile": "require", "loadfile": "require", "loadstring": "load(text)",
        "unpack": "table.unpack(list)",
        "arg": "run.args", "setfenv": "load with a table of names", "getfenv": "load with a table of names",
        "module": "a table that the file returns", "bit": "the operators & | ~ << >>",
        "bit32": "the operators & | ~ << >>",
        "package": "require, which finds plugins and the folder 'lib' of the site",
        "collectgarbage": "nothing: memory is freed by itself",
    ]

    /// Modules that other programs with Lua have, and the module that replaces each.
    static let modules: [String: String] = [
        "socket": "http", "socket.http": "http", "ssl.https": "http", "http.request": "http", "cjson": "json",
        "dkjson": "json", "json.rpc": "json", "lunajson": "json", "rxi-json": "json", "lyaml": "yaml",
        "lfs": "fs", "posix": "fs and shell", "luasql.postgres": "shell", "pl.path": "fs", "pl.file": "fs",
        "pl.dir": "fs",
    ]

    /// What to do about a global that is not there; `nil` where nobody can have meant one of these.
    static func fix(global: String, member: String? = nil) -> String? {
        if let known = members[global] {
            if let member, let replacement = known[member] {
                return "'\(global).\(member)' is not there for scripts: use \(replacement)."
            }
            let usual = known.sorted { $0.key < $1.key }.map { "\($1) for \(global).\($0)" }
            return "Scripts have no '\(global)': use \(usual.joined(separator: "; "))."
        }
        return globals[global].map { "'\(global)' is not there for scripts: use \($0)." }
    }

    /// What to do about a module that is not there; `nil` where nobody can have meant one of these.
    static func fix(module: String) -> String? {
        if LuaState.globalNames.contains(module) {
            return "'\(module)' is a global: use it without 'require'."
        }
        if let module = modules[module] {
            return "Scripts have the module '\(module)' for that, without 'require'."
        }
        return fix(global: module)
    }
}
