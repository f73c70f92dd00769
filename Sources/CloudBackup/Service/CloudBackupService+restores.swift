public import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// Starts a restore from an unencrypted vault; `key` as in `start`. Throws `unknown_backup` and `invalid_request`.
    public func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        guard !draft.inclusions.isEmpty else {
            throw BackupError(
                .invalidRequest,
                "the restore of backup '\(draft.backup)' names nothing to restore",
                fix: "Add at least one inclusion."
            )
        }
        let request = try CloudRequest(.POST, "restores") { .unknownBackup(draft.backup.rawValue) }
            .sending(RestoreBody(draft))
            .beginning("restore", key: key)
        do {
            return try await api.created(
                request,
                readAgain: { .restore(ResourceID($0)) },
                Restore.init(reading:)
            )
        } catch var error as BackupError where [.invalidRequest, .unknownBackup].contains(error.code) {
            // The answer does not say which of the ids is unknown: if the backup is there, it is another one.
            _ = try await backup(draft.backup)
            if error.code == .unknownBackup {
                error = BackupError(
                    .invalidRequest,
                    "the restore of backup '\(draft.backup)' names the agent '\(draft.destinationAgent)', "
                        + "which the service does not know"
                )
            }
            throw error
        }
    }

    /// One restore's record as of now. Throws `unknown_restore`.
    public func restore(_ id: ResourceID<Restore>) async throws -> Restore {
        try await api.resource(.restore(id), Restore.init(reading:))
    }

    /// The restores of a page, newest first unless it says otherwise. The contract's list has no paths (2.5).
    public func restores(_ page: Page<Restore>) async throws -> [Restore] {
        try await list(CloudRequest(.GET, "restores"), "restores", page, Restore.init(reading:))
    }

    /// Asks for a stop, as `stop` does for a backup. Throws `unknown_restore` and `conflict`.
    public func stopRestore(_ id: ResourceID<Restore>) async throws -> Restore {
        try await stop(.restore(id, .PATCH)) {
            try await restore(id)
        } state: {
            $0.state
        }
    }

    /// What went wrong in a restore, file by file. Throws `unknown_restore`.
    public func errors(ofRestore id: ResourceID<Restore>) async throws -> ErrorList {
        try await api.resource(.restore(id).below("errors"), ErrorList.init(reading:))
    }
}

/// The body of `POST /restores` (contract 2.5.1).
private struct RestoreBody: Encodable {
    let backupID: ResourceID<Backup>
    let destinationAgentID: ResourceID<Agent>
    @Nullable var destinationPath: String?
    let overwriteFiles: Bool
    /// Null for an unencrypted vault (contract 6.26).
    @Nullable var encryptedPassword: String? = nil
    let inclusions: [PathRule]
    let exclusions: [PathRule]

    private enum CodingKeys: String, CodingKey {
        case backupID = "backup_id"
        case destinationAgentID = "destination_agent_id"
        case destinationPath = "destination_path"
        case overwriteFiles = "overwrite_files"
        case encryptedPassword = "encrypted_password_hex"
        case inclusions, exclusions
    }

    init(_ draft: RestoreDraft) {
        backupID = draft.backup
        destinationAgentID = draft.destinationAgent
        _destinationPath = Nullable(wrappedValue: draft.destinationPath)
        overwriteFiles = draft.overwriteFiles
        _encryptedPassword = Nullable(wrappedValue: nil)
        inclusions = draft.inclusions
        exclusions = draft.exclusions
    }
}
