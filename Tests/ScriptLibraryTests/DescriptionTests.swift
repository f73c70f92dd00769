import PluginHost
import ScriptLibrary
import Testing

/// What help says of the modules.
@Suite struct DescriptionTests {
    private static func modules() throws -> [Module] { try Site().library.modules }

    @Test func `each function is described with its parameters and errors`() throws {
        for module in try Self.modules() {
            for function in module.functions {
                let name = "\(module.name).\(function.name)"
                #expect(function.summary.hasSuffix("."), "\(name)")
                #expect(!function.errors.isEmpty, "\(name)")
                for parameter in function.parameters.flatMap({ [$0] + $0.options }) {
                    #expect(parameter.summary.hasSuffix("."), "\(name) \(parameter.name)")
                    #expect(!parameter.type.isEmpty, "\(name) \(parameter.name)")
                }
            }
        }
    }

    @Test func `there is help on everything`() throws {
        let help = ModuleHelp(modules: try Self.modules())
        #expect(
            help.topics == [
                "http", "http.get", "http.post", "http.put", "http.patch", "http.delete", "http.request",
                "shell", "shell.run",
                "shell.sh", "fs", "fs.read", "fs.write", "fs.append", "fs.list", "fs.stat", "fs.exists",
                "fs.hash", "fs.mkdir",
                "fs.remove", "fs.rename", "fs.copy", "fs.with_temporary_folder", "fs.free", "secrets",
                "secrets.get",
            ]
        )
        for topic in help.topics { #expect(help.text(about: topic) != nil, "\(topic)") }
        #expect(
            help.text(about: "fs.remove") == """
                fs.remove(path, [options])

                Removes a file, a link or an empty folder. Needs 'fs:write'.

                Parameters:
                  path         path               An absolute path, for example "/srv/data".
                  options      table, optional    Named options.
                    recursive  boolean, optional  Remove a folder with all that is in it. Default: false.

                Answers boolean: whether there was something.

                Raises permission_denied, not_found, refused, storage.

                A step: its result is recorded in the run's journal.
                """
        )
    }
}
