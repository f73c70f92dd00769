import ArgumentParser
import BackupAPI
import Foundation
import LuaKit
import PluginHost

struct RestoreFiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restores files from a backup.",
        discussion: """
            Without paths everything that the backup has is restored; 'moonkeep browse' shows what that is. Files that are there \
            stay as they are unless --overwrite says otherwise. It is a run: 'moonkeep resume' goes on with it when it was \
            killed. Ctrl-C stops the restore.
            """
    )

    static let backupHelp = ArgumentHelp(
        "A backup's id, or the beginning of it; 'latest' or 'latest:NAME' is the newest complete one, of all or of a configuration."
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "JSON with the keys of the Cloud Backup API, for programs.")
    var json = false

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp(
            "The folder to restore below; left out, files go where they were.",
            valueName: "folder"
        )
    )
    var destination: String?

    @Flag(help: "Replace files that are there.")
    var overwrite = false

    @Argument(help: RestoreFiles.backupHelp)
    var backup: String

    @Argument(help: "Absolute paths of files and folders in the backup; a folder may end in '/'.")
    var paths: [String] = []

    func validate() throws {
        if destination?.isEmpty == true { throw ValidationError("--to takes the path of a folder.") }
        guard !paths.contains("") else { throw ValidationError("A path to restore is empty.") }
        if let path = paths.first(where: { !$0.hasPrefix("/") }) {
            throw ValidationError("The path '\(path)' is not absolute: what a backup has begins with '/'.")
        }
        guard paths.count <= 1_000 else { throw ValidationError("At most 1000 paths are taken.") }
    }

    func run() async throws {
        try await site.use { site, service in
            let backup = try await service.backup(beginning: backup)
            var output = RunOutput()
            (output.json, output.quiet) = (false, true)
            let result = try await site.run(
                .restore,
                arguments(for: backup),
                on: service,
                showing: output,
                hasSummary: false
            )
            if let id = result.values.first?["id"].text {
                try show(try await service.restore(ResourceID(id)))
            }
            throw ExitStatus.of(result)
        }
    }

    private func arguments(for backup: Backup) -> LuaValue {
        let folder = destination.map { Site.absolute($0, from: FileManager.default.currentDirectoryPath) }
        return .record([
            "backup": .string(backup.id.rawValue),
            "to": folder.map { .string($0) } ?? .nil,
            "overwrite": .boolean(overwrite),
            // What the backup has, whatever its configuration says now.
            "paths": .array((paths.isEmpty ? ["/"] : paths).map { .string($0) }),
        ])
    }

    private func show(_ restore: BackupAPI.Restore) throws {
        guard !json else {
            return Console.standardOutput.writeLine(try JSONText.encode(restore, layout: .pretty))
        }
        let count = restore.filesRestored
        let files = "\(Figures.count(count)) \(count == 1 ? "file" : "files")"
        let bytes = Figures.bytes(restore.bytesRestored)
        Console.standardOutput.writeLine("\(restore.state): \(files), \(bytes)")
        for line in (restore.errors.diagnostics ?? "").split(separator: "\n") {
            Console.standardOutput.writeLine("  \(String(line).printable)")
        }
    }
}
