import ArgumentParser
import BackupAPI
import LuaKit
import PluginHost
import ScriptLibrary

/// The options of a check of the repository, which are those of `moonkeep check` too.
struct RepositoryCheckOptions: ParsableArguments {
    @Flag(help: "Check the site's repository instead of scripts: whether all that the backups need is there.")
    var repository = false

    @Option(
        help: ArgumentHelp(
            "With --repository: how much of the data is read too: 'all', a share such as 5%, a part such as 1/7, or a size such as 10GiB.",
            valueName: "amount"
        )
    )
    var readData: String?

    @Flag(help: "With --repository: JSON, for programs.")
    var json = false

    func validate() throws {
        guard repository || (readData == nil && !json) else {
            throw ValidationError("\(readData == nil ? "--json" : "--read-data") goes with --repository.")
        }
        _ = try data
    }

    /// What the script is told to read; `nil` for no data.
    private var data: LuaValue? {
        get throws {
            guard let readData else { return nil }
            let value: LuaValue = readData == "all" ? true : .string(readData)
            do {
                _ = try DataToRead.read(value)
            } catch {
                throw ValidationError(
                    "--read-data '\(readData)' is no amount of data. Write all, 5%, 1/7 or 10GiB."
                )
            }
            return value
        }
    }

    /// Checks the repository by a run, and shows what was found. Throws the exit code.
    func check(_ options: SiteOptions) async throws {
        try await options.use { site, service in
            var output = RunOutput()
            (output.json, output.quiet) = (false, json)
            let result = try await site.run(
                .check,
                .record(["read_data": try data ?? .nil, "json": .boolean(json)]),
                on: service,
                showing: output,
                hasSummary: !json
            )
            if json, let found = result.values.first {
                Console.standardOutput.writeLine(try JSONText.encode(found, layout: .pretty))
            }
            throw ExitStatus.of(result)
        }
    }
}
