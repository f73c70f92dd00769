import BackupAPI
import Foundation
import LocalBackup

extension TestSite {
    /// A restore of paths of the site, to the folder `restored` unless told otherwise.
    func draft(
        _ backup: Backup,
        _ names: [String] = ["source"],
        except exclusions: [String] = [],
        to destination: String? = "restored",
        overwriting: Bool = false
    ) -> RestoreDraft {
        RestoreDraft(
            backup: backup.id,
            destinationAgent: backup.agent.id,
            destinationPath: destination.map { "\(folder)/\($0)" },
            overwriteFiles: overwriting,
            inclusions: names.map { PathRule(type: .folder, path: "\(folder)/\($0)") },
            exclusions: exclusions.map { PathRule(type: .folder, path: "\(folder)/\($0)") }
        )
    }

    /// What a restored file of the source says; `nil` when it is not there.
    func restored(_ name: String) -> String? {
        text("restored\(folder)/source/\(name)")
    }

    /// The temporary folders of restores below a folder of the site.
    func stagings(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")
            .filter { $0.hasPrefix(".moonkeep-restore-") }
    }
}

extension LocalBackupService {
    /// Restores and answers the final record.
    func run(_ draft: RestoreDraft, key: String? = nil) async throws -> Restore {
        try await waitForRestore(startRestore(draft, key: key).id)
    }

    /// Cleans up and answers the final record.
    func runCleanup() async throws -> Cleanup {
        guard let agent = try await agents().first?.id else {
            throw BackupError(.service, "there is no agent")
        }
        return try await waitForCleanup(startCleanup(agent, key: nil).id)
    }
}
