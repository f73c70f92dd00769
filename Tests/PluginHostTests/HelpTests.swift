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
                  id             backup                                  A backup's id.
                  options        table, optional                         Named options.
                    timeout      duration, optional                      Raise 'timed_out' after so long; the backup goes on. \
                Default: none.
                    on_progress  function(progress: Progress), optional  Called while the backup runs, at most once a second, \
                and less often the longer it takes. Default: none.

                Answers Backup: the backup's record.

                Types:
                  Backup    A backup as of some moment. Fields: id, state, outcome, configuration, agent, started_time, \
                ended_time, snapshot_id, errors, files_searched, files_backed_up, bytes_searched, bytes_backed_up, \
                bytes_in_db, bandwidth_avg_bps, restorable, project_id, links, local.
                  Progress  How far a backup is. Fields: state, files_done, total_files, bytes_done, total_bytes, \
                error_count, fraction.
                  backup    A backup's id, or its record.
                  duration  A length of time, up to 10 years: seconds as a number, or a text such as "500ms", "90s", \
                "15m", "4h" or "2d".

                Raises unknown_backup, timed_out.

                A step: its result is recorded in the run's journal.

                Example:
                  local id = backup.start("web-files")
                  local result = backup.wait(id, { timeout = "4h" })
                  if result.outcome ~= "ok" then log.warn("look at it", { errors = result.errors.count }) end
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
        #expect(
            help.text(about: "run.id") == """
                run.id

                string: the run's id.

                Example:
                  log.info("this is run " .. run.id)
                """
        )
    }

    @Test(arguments: ["", ".", "backpu", "backup.strat", "backup.wait.id", "start"])
    func `there is no help on what does not exist`(topic: String) {
        #expect(help.text(about: topic) == nil)
    }

    @Test func `topics are the modules and their members, and each has help`() {
        #expect(help.topics.prefix(3) == ["backup", "backup.start", "backup.wait"])
        for topic in help.topics { #expect(help.text(about: topic)?.hasPrefix(topic) == true, "\(topic)") }
    }

    @Test func `a type has help too`() {
        #expect(
            help.text(about: "Lock") == """
                Lock

                A lock that the run holds; '<close>' frees it where its block ends.

                Fields:
                  release  function()  Frees it; a second call does nothing.
                """
        )
        #expect(help.text(about: "path")?.hasSuffix("\n\nIt is: string.") == true)
    }
}
