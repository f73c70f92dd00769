import ArgumentParser
import BackupAPI
import Foundation
import PluginHost

struct RestoreFiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restores files from a backup.",
        discussion: """
            Without paths everything that the backup has is restored. Files that are there stay as they are unless --overwrite \
            says otherwise. Ctrl-C stops the restore.
            """
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

    @Argument(help: "A backup's id, or the beginning of it.")
    var backup: String

    @Argument(help: "Absolute paths of files and folders in the backup; a folder ends in '/'.")
    var paths: [String] = []

    func validate() throws {
        if destination?.isEmpty == true { throw ValidationError("--to takes the path of a folder.") }
        guard !paths.contains("") else { throw ValidationError("A path to restore is empty.") }
    }

    func run() async throws {
        try await site.use { service in
            let backup = try await service.backup(beginning: backup)
            let started = try await service.startRestore(draft(of: backup), key: nil)
            let task = Task { try await Self.end(of: started.id, in: service) }
            let interruption = Interruption(cancelling: task) {
                Console.standardError.writeLine("stopping the restore")
            }
            defer { interruption.end() }
            try show(try await task.value)
        }
    }

    private func draft(of backup: Backup) -> RestoreDraft {
        let chosen = paths.map { PathRule(type: $0.hasSuffix("/") ? .folder : .file, path: $0) }
        // What the backup has, whatever its configuration says now.
        let inclusions = chosen.isEmpty ? [PathRule(type: .folder, path: "/")] : chosen
        let folder = destination.map { Site.absolute($0, from: FileManager.default.currentDirectoryPath) }
        return RestoreDraft(
            backup: backup.id,
            destinationAgent: backup.agent.id,
            destinationPath: folder,
            overwriteFiles: overwrite,
            inclusions: inclusions
        )
    }

    /// Waits; when the task is cancelled, asks for a stop and waits for that.
    private static func end(
        of id: ResourceID<BackupAPI.Restore>,
        in service: any BackupService
    ) async throws -> BackupAPI.Restore {
        var isStopping = false
        while true {
            let restore = try await service.restore(id)
            if restore.state.isFinal { return restore }
            if Task.isCancelled, !isStopping {
                isStopping = true
                _ = try await service.stopRestore(id)
            }
            // A cancelled task does not sleep: from there on the wait is one of its own.
            let pause = Task.detached { try await Task.sleep(for: .milliseconds(300)) }
            try await pause.value
        }
    }

    private func show(_ restore: BackupAPI.Restore) throws {
        if json {
            Console.standardOutput.writeLine(try JSONText.encode(restore, layout: .pretty))
        } else {
            let files = Figures.count(restore.filesRestored)
            let bytes = Figures.bytes(restore.bytesRestored)
            Console.standardOutput.writeLine("\(restore.state): \(files) files, \(bytes)")
            for line in (restore.errors.diagnostics ?? "").split(separator: "\n") {
                Console.standardOutput.writeLine("  \(String(line).printable)")
            }
        }
        switch restore.state.outcome {
        case .ok: return
        case .warning: throw ExitStatus.warning
        case .stopped: throw ExitStatus.cancelled
        default: throw ExitStatus.failed
        }
    }
}
