import ArgumentParser
import Foundation
import PluginHost

struct Types: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "types",
        abstract: "Writes what editors and luacheck need to know of the modules of scripts.",
        discussion: """
            Makes definition files for lua-language-server, one for each module, and luacheck.lua, a standard for luacheck. \
            Without a folder they go into the site's folder types, and .luarc.json and .luacheckrc, which point there, are \
            made where the site has none. Files that this command has not written are never replaced.
            """
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "The folder, instead of the site's folder types; it is made when it is not there.")
    var folder: String?

    func validate() throws {
        if folder?.isEmpty == true { throw ValidationError("The folder's path is empty.") }
    }

    func run() async throws {
        let current = FileManager.default.currentDirectoryPath
        if let folder {
            let definitions = TypesFolder(path: Site.absolute(folder, from: current))
            try await definitions.write()
            return Console.standardOutput.writeLine("wrote \(definitions.path)")
        }
        let site = try site.open()
        let definitions = TypesFolder(path: site.path(SiteTemplate.typesFolder))
        try await definitions.write()
        Console.standardOutput.writeLine("wrote \(definitions.path)")
        for file in try SiteTemplate(folder: site.folder).makeEditorFiles() {
            Console.standardOutput.writeLine("made \(file)")
        }
    }
}
