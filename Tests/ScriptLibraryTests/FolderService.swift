import BackupAPI
import BackupTesting
import Foundation

/// The in-memory service over a real folder: its backups have the folder's files, and a restore copies them, with the
/// time of their last change, as restic does.
struct FolderService: BackupService {
    let inner: InMemoryBackupService
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
                    mimeType: isFolder ? BrowseItem.folderType : BrowseItem.fileType
                )
            )
        }
        inner = InMemoryBackupService(configurations, restores: restores, folders: folders)
    }

    func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        let restore = try await inner.startRestore(draft, key: key)
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

    func restore(_ id: ResourceID<Restore>) async throws -> Restore { try await inner.restore(id) }
    func stopRestore(_ id: ResourceID<Restore>) async throws -> Restore { try await inner.stopRestore(id) }
    func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        try await inner.browse(backup, path: path)
    }
    func watermark(before request: StartRequest) async throws -> String {
        try await inner.watermark(before: request)
    }
    func reconcile(_ request: StartRequest, key: String, watermark: String, claimed: Set<String>) async throws
        -> StartFate
    {
        try await inner.reconcile(request, key: key, watermark: watermark, claimed: claimed)
    }
    func configurations() async throws -> [Configuration] { try await inner.configurations() }
    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await inner.configuration(id)
    }
    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try await inner.start(configuration, key: key)
    }
    func backup(_ id: ResourceID<Backup>) async throws -> Backup { try await inner.backup(id) }
    func backups(_ filter: BackupFilter) async throws -> [Backup] { try await inner.backups(filter) }
    func stop(_ id: ResourceID<Backup>) async throws -> Backup { try await inner.stop(id) }
    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { try await inner.errors(of: id) }
    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        inner.updates(of: id)
    }
}
