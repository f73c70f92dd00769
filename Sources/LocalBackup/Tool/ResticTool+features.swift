import BackupAPI

extension ResticTool {
    /// Throws `tool_missing` for the first feature that the installed version does not know.
    func check(_ features: [ResticFeature]) async throws {
        let (path, version) = try await identify()
        guard let missing = features.first(where: { $0.since > version }) else { return }
        throw BackupError(
            .toolMissing,
            "restic \(version) ('\(path)') does not know what \(missing.place) asks for; \(missing.since) and newer do",
            fix:
                "Install restic \(missing.since) or newer, and name its path with 'restic' in the site file, "
                + "or take the key out."
        )
    }
}
