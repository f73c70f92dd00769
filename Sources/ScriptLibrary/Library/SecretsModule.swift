import LuaKit
import PluginHost

extension ScriptLibrary {
    /// `secrets`: what scripts use and never see.
    var secretsModule: Module {
        Module("secrets", "Gives scripts handles of secrets, which they can use and never see.") {
            Function(
                "get",
                "Answers a handle of a secret. It shows as \"<secret NAME>\" everywhere, and is read where it is used: in the address, 'auth' and 'json' of http, and in 'env' and 'stdin' of shell. What comes back from programs, servers and files has the placeholder where the secret was, also where they write it as base64, hexadecimal digits, or in addresses, JSON, HTML or quotation marks. A program that gives back a part of it, or changes it in another way, is not stopped: hand secrets only to programs and servers that you trust with them.",
                .pure,
                Parameter<SecretName>("name", "The secret's name, for example \"pg/password\"."),
                returns: "Secret: the handle",
                errors: ["permission_denied"],
                needs: [.text("secrets:NAME")],
                immediate: { [keeper] run, name in
                    try run.require(Permission("secrets", name))
                    return .object(keeper.handle(for: name))
                }
            )
        }
        .documented(types: LibraryDocumentation.secretTypes, examples: LibraryDocumentation.secretExamples)
    }
}
