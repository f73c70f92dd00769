import PluginHost
import ScriptLibrary
import Testing

/// What help says of the modules.
@Suite struct DescriptionTests {
    private static func modules() throws -> [Module] { try Site().library.modules }

    @Test func `there is help on everything`() throws {
        let help = ModuleHelp(modules: try Self.modules())
        let words = TypeDescription.common.map(\.name) + ["address"]
        #expect(
            help.topics.filter { $0.first?.isLowercase == true && !words.contains($0) } == [
                "http", "http.get", "http.post", "http.put", "http.patch", "http.delete", "http.request",
                "shell", "shell.run",
                "shell.sh", "fs", "fs.read", "fs.write", "fs.append", "fs.list", "fs.stat", "fs.exists",
                "fs.hash", "fs.mkdir",
                "fs.remove", "fs.rename", "fs.copy", "fs.with_temporary_folder", "fs.free", "secrets",
                "secrets.get",
            ] + ModuleHelp.authorsTopics
        )
        for topic in help.topics { #expect(help.text(about: topic) != nil, "\(topic)") }
        #expect(
            help.text(about: "fs.remove") == """
                fs.remove(path, [options])

                Removes a file, a link or an empty folder.

                Parameters:
                  path         path               An absolute path, for example "/srv/data".
                  options      table, optional    Named options.
                    recursive  boolean, optional  Remove a folder with all that is in it. Default: false.

                Answers boolean: whether there was something.

                Types:
                  path  An absolute path, for example "/srv/data".

                Raises permission_denied, not_found, refused, storage.

                Needs fs:write:PATH (writes and removes files below a folder).

                A step: its result is recorded in the run's journal.

                Example:
                  local was_there = fs.remove("/srv/out/old", { recursive = true })
                  log.info(was_there and "removed" or "nothing to remove")
                """
        )
    }
}
