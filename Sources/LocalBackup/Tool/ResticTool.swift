import BackupAPI
import Subprocess
import HostSystem

/// The restic program for one repository: where it is, which version it is, and its short commands.
actor ResticTool {
    let settings: LocalSettings
    let repository: RepositorySettings
    let records: HostRecords
    private var known: (path: String, version: ResticVersion)?

    init(_ settings: LocalSettings, _ repository: RepositorySettings, records: HostRecords) {
        self.settings = settings
        self.repository = repository
        self.records = records
    }

    /// The options that stand before every command.
    nonisolated var flags: [String] { repository.arguments }

    /// The variables of every restic for the repository. Throws what the look-up of a secret throws.
    nonisolated func environment() async throws -> [String: String] {
        try await ResticEnvironment.make(settings, repository)
    }

    /// The place and the version; a file is asked once. Throws `tool_missing` when it is not installed or too old.
    func identify() async throws -> (path: String, version: ResticVersion) {
        if let known { return known }
        let name = settings.resticProgram
        guard let path = ProgramLocation.find(name, path: settings.environment["PATH"]) else {
            throw BackupError(
                .toolMissing,
                "restic is not installed: there is no program '\(name)'",
                fix: "Install it with 'apt-get install restic', or name the program's path."
            )
        }
        let fingerprint = FileStamp(of: path)?.text ?? ""
        let remembered = try await records.version(of: path, fingerprint: fingerprint)
        let output = if let remembered { remembered } else { try await askVersion(of: path) }
        guard let version = ResticVersion(output: output) else {
            throw BackupError(
                .toolMissing,
                "the program '\(path)' is not restic: it does not tell a version",
                fix: "Install restic with 'apt-get install restic', or name the program's path."
            )
        }
        guard version >= .oldest else {
            throw BackupError(
                .toolMissing,
                "restic \(version) ('\(path)') is too old: \(ResticVersion.oldest) or newer is needed",
                fix: "Install a newer one from your distribution or from https://restic.net."
            )
        }
        if remembered == nil {
            try await records.remember(version: output, of: path, fingerprint: fingerprint)
        }
        known = (path, version)
        return (path, version)
    }

    private func askVersion(of path: String) async throws -> String {
        try await execute(path, ["version", "--json"], deadline: .seconds(30)).output
    }
}
