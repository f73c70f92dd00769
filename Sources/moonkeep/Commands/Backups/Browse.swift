import ArgumentParser
import BackupAPI
import PluginHost

struct Browse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "browse",
        abstract: "Lists what a folder in a backup has.",
        discussion: """
            What is listed can be given to 'moonkeep restore' with its whole path; a folder ends in '/' there, as it does in \
            the list.
            """
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "JSON with the keys of the Cloud Backup API, for programs.")
    var json = false

    @Argument(help: RestoreFiles.backupHelp)
    var backup: String

    @Argument(help: "The absolute path of a folder in the backup.")
    var path = "/"

    func validate() throws {
        guard path.hasPrefix("/") else {
            throw ValidationError("The path '\(path)' is not absolute: a folder in a backup begins with '/'.")
        }
    }

    func run() async throws {
        try await site.use { _, service in
            let backup = try await service.backup(beginning: backup)
            do {
                try show(try await service.browse(backup.id, path: path))
            } catch let error as BackupError where error.code == .unknownPath {
                throw CommandError(error.message, fix: await hint(in: backup, service))
            }
        }
    }

    private func show(_ items: [BrowseItem]) throws {
        if json {
            return Console.standardOutput.writeLine(try JSONText.encode(items, layout: .pretty))
        }
        guard !items.isEmpty else { return Console.standardOutput.writeLine("The folder is empty.") }
        let rows = items.map { item in
            let mark = item.isFolder ? "/" : item.mimeType == BrowseItem.linkType ? "@" : ""
            return [
                item.isFolder || !mark.isEmpty ? "" : Figures.bytes(item.bytes), item.name.printable + mark,
            ]
        }
        for line in TextTable(columns: [], rows: rows, rightAligned: [0]).lines() {
            Console.standardOutput.writeLine(line)
        }
    }

    /// What can be done about a path that the backup does not have: the nearest name in the nearest folder that it has.
    private func hint(in backup: Backup, _ service: any BackupService) async -> String? {
        var known = "/"
        for name in path.split(separator: "/") {
            guard let items = try? await service.browse(backup.id, path: known) else { return nil }
            let next = (known == "/" ? "" : known) + "/" + name
            if items.contains(where: { $0.isFolder && $0.name == name }) {
                known = next
                continue
            }
            if items.contains(where: { $0.name == name }) {
                return
                    "'\(next)' is a file; 'moonkeep restore \(backup.id.rawValue.prefix(8)) \(next)' brings it back."
            }
            let nearest = items.filter(\.isFolder).map(\.name).nearest(to: String(name))
            if let nearest { return "Did you mean '\(known == "/" ? "" : known)/\(nearest)'?" }
            return "'\(known)' is there; 'moonkeep browse \(backup.id.rawValue.prefix(8)) \(known)' lists it."
        }
        return nil
    }
}
