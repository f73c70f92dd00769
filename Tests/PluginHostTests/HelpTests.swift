import BackupTesting
import PluginHost
import Testing

@Suite struct HelpTests {
    private let help = ModuleHelp(modules: PluginHost.standardModules)

    @Test func `a function's help has its parameters, options, answer and errors`() {
        #expect(
            help.text(about: "backup.wait") == """
                backup.wait(id, [options])

                Waits until a backup is over and answers its record. A backup that ended badly is no error: look at 'state'.

                Parameters:
                  id             backup              A backup's id.
                  options        table, optional     Named options.
                    timeout      duration, optional  Raise 'timed_out' after so long; the backup goes on. Default: none.
                    on_progress  function, optional  Called with {state, files_done, total_files, bytes_done, total_bytes, \
                error_count, fraction} while the backup runs, at most once a second, and less often the longer it takes; \
                'fraction' is absent until the total is known.

                Answers table: the backup's record.

                Raises unknown_backup, timed_out.

                A step: its result is recorded in the run's journal.
                """
        )
    }

    @Test func `a module's help has its values and functions`() {
        #expect(
            help.text(about: "json") == """
                json

                Turns values into JSON and back.

                  json.null                      null: stands for JSON's null, which nil cannot
                  json.encode(value, [options])  Answers a value as JSON, with sorted keys. An empty table becomes a list.
                  json.decode(text)              Answers the value of a JSON text. JSON's null becomes json.null.
                """
        )
    }

    @Test func `a value's help is its sentence`() {
        #expect(help.text(about: "run.id") == "run.id\n\nstring: the run's id.")
    }

    @Test(arguments: ["", ".", "backpu", "backup.strat", "backup.wait.id", "start"])
    func `there is no help on what does not exist`(topic: String) {
        #expect(help.text(about: topic) == nil)
    }

    @Test func `topics are the modules and their members, and each has help`() {
        #expect(help.topics.prefix(3) == ["backup", "backup.start", "backup.wait"])
        for topic in help.topics { #expect(help.text(about: topic)?.hasPrefix(topic) == true, "\(topic)") }
    }

    @Test(
        arguments: PluginHost.standardModules.flatMap { module in
            module.functions.map { "\(module.name).\($0.name)" }
        }
    )
    func `a function says what it does and takes`(name: String) throws {
        let parts = name.split(separator: ".")
        let module = try #require(PluginHost.standardModules.first { $0.name == parts[0] })
        let function = try #require(module.functions.first { $0.name == parts[1] })
        #expect(module.summary.hasSuffix("."))
        #expect(function.summary.hasSuffix("."))
        for parameter in function.parameters + function.parameters.flatMap(\.options) {
            #expect(!parameter.name.isEmpty)
            #expect(!parameter.type.isEmpty)
            #expect(parameter.summary.hasSuffix("."), "\(parameter.name)")
        }
        #expect(function.returns?.hasSuffix(".") != true)
        #expect(function.name == function.name.lowercased())
    }
}
