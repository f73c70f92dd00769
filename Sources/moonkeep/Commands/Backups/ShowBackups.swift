import ArgumentParser
import BackupAPI
import PluginHost

struct Backups: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backups",
        abstract: "Lists the backups of the site, or shows one with its errors."
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "JSON with the keys of the Cloud Backup API, for programs.")
    var json = false

    @Option(help: ArgumentHelp("Only of this configuration.", valueName: "name"))
    var configuration: String?

    @OptionGroup var list: ListOptions

    @Argument(help: "A backup's id, or the beginning of it.")
    var id: String?

    func run() async throws {
        try await CommandError.naming {
            let service = try await site.open().openService()
            if let id {
                let backup = try await service.backup(beginning: id)
                try show(backup, errors: try await service.errors(of: backup.id))
            } else {
                var filter = BackupFilter(limit: list.limit)
                if let configuration {
                    filter.configuration = try await service.configuration(idOrName: configuration).id
                }
                try show(try await service.backups(filter))
            }
            await service.shutdown()
        }
    }

    private func show(_ backups: [Backup]) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(backups.map(DetailedBackup.init), layout: .pretty)
            )
        }
        guard !backups.isEmpty else { return Console.standardOutput.writeLine("There are no backups yet.") }
        let style = Console.standardOutput.style
        let table = TextTable(
            columns: ["backup of", "state", "started", "files", "size", "added", "time", "id"],
            rows: backups.map { backup in
                let cells = BackupLine(backup, configuration: backup.configurationName).cells
                let started = backup.startedTime?.local ?? ""
                return [cells[0], cells[1], started, cells[2]] + cells[4...]
            },
            rightAligned: [3, 4, 5, 6]
        )
        let lines = table.lines()
        Console.standardOutput.writeLine("  " + style.dim(lines[0]))
        for (backup, line) in zip(backups, lines.dropFirst()) {
            let outcome = backup.state.outcome
            Console.standardOutput.writeLine(style.paint("\(outcome?.mark ?? "…") \(line)", outcome))
        }
    }

    private func show(_ backup: Backup, errors: ErrorList) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(DetailedBackup(backup), layout: .pretty)
            )
        }
        let facts = [
            ["id", backup.id.rawValue],
            ["configuration", backup.configurationName],
            ["state", backup.state.rawValue],
            ["started", backup.startedTime?.local ?? ""],
            ["ended", backup.endedTime?.local ?? ""],
            [
                "files",
                "\(Figures.count(backup.filesSearched)) searched, \(Figures.count(backup.filesBackedUp)) new or changed",
            ],
            [
                "bytes",
                "\(Figures.bytes(backup.bytesSearched)) searched, \(Figures.bytes(backup.bytesBackedUp)) added",
            ],
            ["snapshot", backup.local?.resticSnapshotID ?? ""],
            ["errors", backup.errors.count == 0 ? "" : "\(backup.errors.count), \(backup.errors.reason)"],
        ].filter { !$0[1].isEmpty }
        for line in TextTable(columns: [], rows: facts).lines() { Console.standardOutput.writeLine(line) }
        for line in (backup.errors.diagnostics ?? "").split(separator: "\n") {
            Console.standardOutput.writeLine("  \(String(line).printable)")
        }
        for item in errors.list {
            Console.standardOutput.writeLine(
                "  \(item.path.printable): \((item.description ?? item.type).printable)"
            )
        }
    }
}

extension Backup {
    fileprivate var configurationName: String { local?.configurationName ?? configuration.id.rawValue }
}
