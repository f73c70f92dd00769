import LuaKit
import PluginHost

/// The refusal of an address that is a secret: neither the address nor its server is named.
struct SecretAddressDenied: LuaErrorConvertible, CustomStringConvertible {
    let secret: String
    let script: String

    var description: String { "\(message). \(fix)" }
    var luaMessage: String { description }

    private var message: String {
        "the script may not do this: it has no permission for the server of \(Secret.placeholder(of: secret))"
    }
    private var fix: String {
        "Ask for 'http:https://HOST' with that server's name in the script's 'needs', and grant it with 'moonkeep allow \(script)'."
    }

    var luaFields: [String: LuaValue] {
        [
            "code": "permission_denied", "message": .string(message), "fix": .string(fix), "retryable": false,
            "data": .record(["secret": .string(secret)]),
        ]
    }
}
