import ArgumentParser
import LuaKit
import PluginHost

struct Allow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow",
        abstract: "Grants a workflow the permissions that it asks for.",
        discussion: """
            The permissions are those in the 'needs' of its manifest. When it is edited so that it asks for more, it does not \
            run until that is granted too.
            """
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "Take back what it was granted.")
    var revoke = false

    @Argument(help: "The workflow's file.", completion: .file(extensions: ["lua"]))
    var script: String

    func run() async throws {
        try await CommandError.naming {
            let site = try site.open()
            let console = Console.standardOutput
            guard !revoke else {
                let had = try site.grants.revoke(Script.path(of: script))
                return console.writeLine(
                    (had ? "'\(script)' has no permissions any more" : "'\(script)' had none").printable
                )
            }
            let script = try await Script(file: script, in: site)
            let name = script.source.name.printable
            guard !script.wants.isEmpty else {
                return console.writeLine("'\(name)' asks for nothing that has to be granted")
            }
            try SiteTrust.check(granted: script.path)
            try site.grants.grant(script.wants, to: script.path)
            console.writeLine("'\(name)' may from now on:")
            for line in PermissionPrompt.lines(script.wants) { console.writeLine(line) }
        }
    }
}
