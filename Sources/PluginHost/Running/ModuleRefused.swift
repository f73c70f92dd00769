import LuaKit

/// A module that asks for more than the script that requires it may do.
struct ModuleRefused: LuaErrorConvertible, CustomStringConvertible {
    let module: String
    let permission: Permission
    let script: String

    private var message: String {
        "the plugin '\(module)' needs the permission '\(permission)', which the script does not have"
    }
    private var fix: String {
        "Add it to the script's 'needs', and grant it with 'moonkeep allow \(script)'."
    }

    var description: String { "\(message). \(fix)" }
    var luaMessage: String { description }
    var luaFields: [String: LuaValue] {
        [
            "code": "permission_denied", "message": .string(message), "fix": .string(fix), "retryable": false,
            "data": .record(["permission": .string(permission.description)]),
        ]
    }
}
