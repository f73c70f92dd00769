import ArgumentParser
import PluginHost
import Testing

@testable import moonkeep

@Suite struct HelpTests {
    @Test func `the version is one line`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("--version")
            #expect(ended == Ended(exitCode: 0, output: "0.1.0\n", error: ""))
        }
    }

    @Test(arguments: [[], ["--help"], ["-h"]])
    func `help lists the commands and exit codes`(arguments: [String]) async throws {
        try await withSite { site in
            let ended = try await site.start(arguments).end()
            #expect(ended.exitCode == 0)
            #expect(ended.error == "")
            for word in ["init", "run", "check", "runs", "backups", "configurations", "help"] {
                #expect(ended.output.contains("\n  \(word) "))
            }
            #expect(
                ended.output.contains(
                    "Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 warning, 4 parked"
                )
            )
        }
    }

    @Test func `help alone adds the modules of scripts`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help")
            #expect(ended.exitCode == 0)
            #expect(
                ended.output.hasSuffix(
                    """

                    MODULES OF SCRIPTS:
                      backup    Starts, watches and stops backups.
                      report    Collects what the run tells its reader; it is shown at the end and can be saved.
                      log       Writes messages for whoever reads the run's log.
                      task      Waits, and does several things at a time.
                      lock      Makes runs of the site wait for one another.
                      run       Tells of this run, sets its outcome, and asks people.
                      time      Tells the time.
                      json      Turns values into JSON and back.
                      hooks     Lets a plugin act when something happens in a run of the site, whatever the script is.
                      plugin    Gives a plugin the settings that the site file has for it.
                      http      Speaks HTTP with the servers that the script was granted \
                    ('http:https://hooks.example.org'), this machine and its network among them.
                      shell     Runs programs of this machine, which the script was granted by name \
                    ('shell:pg_dump') or by path.
                      fs        Reads and writes files beneath the folders that the script was granted \
                    ('fs:read:/srv', 'fs:write:/srv/out').
                      secrets   Gives scripts handles of secrets, which they can use and never see.
                      restore   Writes files from backups back, looks into backups, and tests that they can be restored.
                      agent     Tells of the agents: the hosts that perform backups and restores.
                      state     Keeps values from run to run, for each script its own; keys that begin with \
                    "shared/" are all scripts'.
                      schedule  Says when something is due.
                      yaml      Turns values into YAML and back, with the types of YAML 1.2: 'no' and 'on' are texts.
                      csv       Turns rows into CSV and back, as RFC 4180 has it.
                      template  Puts values into texts.
                      notify    Tells people.
                      mail      Sends e-mails through the mail server of the site ('smtp' in moonkeep.yaml).
                      metrics   Sets figures for Prometheus, which are written when the run ends.

                    ALSO EXPLAINED:
                      manifest, args, needs, permissions, expect, test, moonkeep.yaml

                    """
                )
            )
        }
    }

    @Test func `help explains a function`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", "backup.start")
            #expect(
                ended
                    == Ended(
                        exitCode: 0,
                        output: """
                            backup.start(config)

                            Starts a backup of a configuration and answers its id at once.

                            Parameters:
                              config  configuration  A configuration's id or name.

                            Answers string: the backup's id.

                            Types:
                              configuration  A configuration's id or name, or its record.

                            Raises permission_denied, unknown_configuration.

                            Needs backup:start (starts, lists, stops, checks or cleans up backups).

                            A step: its result is recorded in the run's journal.

                            Example:
                              local id = backup.start("web-files")
                              log.info("the backup has begun", { id = id })

                            """,
                        error: ""
                    )
            )
        }
    }

    @Test func `help explains a type`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", "Schedule")
            #expect(ended.exitCode == 0)
            #expect(ended.output.hasPrefix("Schedule\n\nWhen something is due.\n\nFields:\n  kind "))
        }
    }

    @Test func `help names a permission, in words too`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", "fs.read")
            #expect(ended.output.contains("\nNeeds fs:read:PATH (reads files below a folder).\n"))
        }
    }

    @Test func `every function of scripts is described`() {
        #expect(DocumentationCheck(modules: Library.allModules(of: nil)).problems == [])
    }

    @Test func `help writes a reference of all functions for DocC`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", "--markdown")
            #expect(ended.exitCode == 0)
            let heading = "# Modules of scripts\n\nWhat scripts find, function by function.\n"
            #expect(ended.output.hasPrefix(heading))
            let lines = Set(ended.output.split(separator: "\n").map { $0.prefix { $0 != "(" } })
            for module in Library.allModules(of: nil) {
                #expect(lines.contains("## \(module.name)"))
                for function in module.functions {
                    #expect(lines.contains("### \(module.name).\(function.name)"))
                }
            }
        }
    }

    @Test func `each command says its name`() {
        // What is not said ArgumentParser asks the runtime for, at every start and for every command: a quarter of the time
        // that a script takes which only prints.
        func nameless(_ command: any ParsableCommand.Type) -> [String] {
            (command.configuration.commandName == nil ? ["\(command)"] : [])
                + command.configuration.subcommands.flatMap(nameless)
        }
        #expect(nameless(Moonkeep.self) == [])
    }

    @Test func `help explains a module with all its functions`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", "log")
            #expect(ended.exitCode == 0)
            #expect(ended.output.hasPrefix("log\n\nWrites messages for whoever reads the run's log.\n\n"))
            for name in ["debug", "info", "warn", "error"] {
                #expect(ended.output.contains("  log.\(name)("))
            }
        }
    }

    @Test func `a word that is a command and a module is explained as both`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", "run")
            #expect(ended.output.hasPrefix("OVERVIEW: Runs a script.\n"))
            #expect(ended.output.contains("USAGE: moonkeep run [options] <script> [--name value ...]"))
            #expect(ended.output.contains("\nrun\n\nTells of this run, sets its outcome, and asks people.\n"))
            #expect(ended.exitCode == 0)
        }
    }

    @Test func `help on a command and its own help are the same`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("init", "--help")
            #expect(ended.exitCode == 0)
            #expect(try await site.moonkeep("help", "init") == ended)
        }
    }

    @Test(arguments: [["configurations", "create"], ["token", "create-user"]])
    func `help on a command of a command and its own help are the same`(path: [String]) async throws {
        try await withSite { site in
            let ended = try await site.start(path + ["--help"]).end()
            #expect(ended.exitCode == 0)
            #expect(try await site.start(["help"] + path).end() == ended)
        }
    }

    @Test(
        arguments: [
            (
                ["configurations", "craete"],
                "'moonkeep configurations' has no command 'craete'. Did you mean 'create'?"
            ),
            (
                ["init", "x"],
                "'moonkeep init' has no command 'x'. It has no commands; 'moonkeep help init' explains it."
            ),
            (
                ["task", "x"],
                "there is no help on 'x' of 'task'. 'moonkeep help task' says what it has."
            ),
        ]
    )
    func `help on what a command does not have says so`(words: [String], message: String) async throws {
        try await withSite { site in
            let ended = try await site.start(["help"] + words).end()
            #expect(ended == Ended(exitCode: 2, output: "", error: "moonkeep: \(message)\n"))
        }
    }

    @Test(
        arguments: [
            ("bakcup", "Did you mean 'backup'?"),
            ("backup.strat", "Did you mean 'backup.start'?"),
            ("intit", "Did you mean 'init'?"),
            ("weather", "'moonkeep help' lists commands and modules."),
        ]
    )
    func `help on nothing known suggests`(topic: String, fix: String) async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", topic)
            #expect(
                ended
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error: "moonkeep: there is no help on '\(topic)'. \(fix)\n"
                    )
            )
        }
    }
}

@Suite struct UsageTests {
    @Test(arguments: [("rnu", "Did you mean 'run'?"), ("weather", "'moonkeep help' lists them.")])
    func `an unknown command suggests`(word: String, fix: String) async throws {
        try await withSite { site in
            let ended = try await site.moonkeep(word, "x")
            #expect(
                ended
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error: "moonkeep: there is no command '\(word)'. \(fix)\n"
                    )
            )
        }
    }

    @Test(
        arguments: [
            (["run"], "Missing expected argument '<script>'"),
            (["runs", "--jsno"], "Unknown option '--jsno'. Did you mean '--json'?"),
            (["runs", "--limit", "0"], "--limit takes a whole number from 1 to 1000."),
            (["backups", "--limit", "1001"], "--limit takes a whole number from 1 to 1000."),
            (["backups", "--limit", "x"], "The value 'x' is invalid for '--limit <limit>'"),
            (["backups", "a", "b"], "Unexpected argument 'b'"),
        ]
    )
    func `wrong usage ends with 2 and says what`(arguments: [String], message: String) async throws {
        try await withSite { site in
            let ended = try await site.start(arguments).end()
            #expect(ended.exitCode == 2)
            #expect(ended.output == "")
            #expect(ended.error.hasPrefix("moonkeep: \(message)\n"))
            #expect(ended.error.hasSuffix("See 'moonkeep \(arguments[0]) --help' for more information.\n"))
        }
    }
}
