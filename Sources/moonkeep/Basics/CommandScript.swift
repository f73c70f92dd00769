import LuaKit
import PluginHost

/// A script of ours that a command runs, so that what the command does is journaled, shown by `moonkeep runs`, and taken up by
/// `moonkeep resume` like any run.
struct CommandScript {
    /// What the run is called: the command as it is typed. No grant of a script on disk has such a name, because those are
    /// absolute paths.
    let name: String
    /// What it may do beyond what every script may. Nobody is asked: who types the command wants it.
    let needs: [String]
    let text: String

    static let all = [backup, check, restore, cleanup]

    static func named(_ name: String) -> CommandScript? { all.first { $0.name == name } }

    var source: LuaSource { LuaSource(name: name, text: text) }

    var grant: ScriptGrant { ScriptGrant(script: name, needs: needs) }

    /// Backs up the configurations in `run.args`, at the same time as far as the site's `parallel` allows. One that fails does
    /// not keep the others from being backed up.
    static let backup = CommandScript(
        name: "moonkeep backup",
        needs: [],
        text: """
            local results = task.map(run.args, { limit = 256 }, function(name)
              return backup.wait(backup.start(name))
            end)
            for i, result in ipairs(results) do
              if result.ok then report.add(result.value) else log.error(run.args[i] .. ": " .. tostring(result.error)) end
            end

            """
    )

    /// Checks the repository, and returns what was found.
    static let check = CommandScript(
        name: "moonkeep check --repository",
        needs: ["backup:check"],
        text: """
            local found = backup.check({ read_data = run.args.read_data })
            if not run.args.json then
              for _, problem in ipairs(found.problems) do print(problem) end
              if found.outcome == "ok" then print("The repository is sound.") end
            end
            return found

            """
    )

    /// Restores a backup, and returns the restore's record.
    static let restore = CommandScript(
        name: "moonkeep restore",
        needs: ["restore:start"],
        text: """
            local args = run.args
            local id = restore.start(args.backup, { to = args.to, overwrite = args.overwrite, include = args.paths })
            local record = restore.wait(id)
            if run.resumed then
              log.info("restore " .. id .. ": " .. record.state, { files = record.files_restored, bytes = record.bytes_restored })
            end
            return record

            """
    )

    /// Cleans up the configurations in `run.args.names`, or all, and returns the cleanup's record.
    static let cleanup = CommandScript(
        name: "moonkeep cleanup",
        needs: ["backup:cleanup"],
        text: """
            return backup.cleanup({ configurations = run.args.names })

            """
    )
}
