import BackupAPI
import BackupTesting
import Foundation

/// The in-memory service over a real folder: its backups have the folder's files, and a restore copies them, with the
/// time of their last change, as restic does.
struct FolderService: ForwardingBackupService {
    let base: InMemoryBackupService
    /// What happens to the files that a restore has written, by the folder that they were written below.
    var spoil: @Sendable (_ destination: String) throws -> Void = { _ in }

    init(
        folder: String,
        restores: [BackupScript] = [],
        configurations: [Configuration] = [.make("web-files")]
    ) throws {
        var folders: [String: [BrowseItem]] = [:]
        var path = ""
        for part in folder.split(separator: "/") {
            folders[path.isEmpty ? "/" : path] = [
                BrowseItem(name: String(part), mimeType: BrowseItem.folderType)
            ]
            path += "/" + part
        }
        folders[folder] = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
            let full = folder + "/" + name
            let attributes = try FileManager.default.attributesOfItem(atPath: full)
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            if isFolder { folders[full] = [] }
            let parent = (full as NSString).deletingLastPathComponent
            folders[parent, default: []].append(
                BrowseItem(
                    name: (name as NSString).lastPathComponent,
                    bytes: isFolder ? 0 : (attributes[.size] as? NSNumber)?.int64Value ?? 0,
                    mimeType: Self.type(of: attributes[.type] as? FileAttributeType)
                )
            )
        }
        base = InMemoryBackupService(configurations, restores: restores, folders: folders)
    }

    private static func type(of type: FileAttributeType?) -> String {
        switch type {
        case .typeDirectory: BrowseItem.folderType
        case .typeSymbolicLink: BrowseItem.linkType
        case .typeRegular: BrowseItem.fileType
        default: "inode/fifo"
        }
    }

    func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        let restore = try await base.startRestore(draft, key: key)
        let destination = draft.destinationPath ?? ""
        for rule in draft.inclusions where rule.type == .file {
            let target = destination + rule.path
            try FileManager.default.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data(contentsOf: URL(filePath: rule.path)).write(to: URL(filePath: target))
            let attributes = try FileManager.default.attributesOfItem(atPath: rule.path)
            try FileManager.default.setAttributes(
                attributes.filter { $0.key == .modificationDate },
                ofItemAtPath: target
            )
        }
        try spoil(destination)
        return restore
    }
}
