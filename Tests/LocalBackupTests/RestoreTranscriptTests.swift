import BackupAPI
import LocalBackup
import Testing

/// What recorded restores and cleanups of each version of restic mean.
struct RestoreTranscriptTests {
    private static let place = ResticFailure.Place(
        repository: "/srv/sample/repo",
        passwordFile: "/etc/password",
        activity: "restore"
    )

    private func evidence(_ version: String, _ name: String, stopRequested: Bool = false) async throws
        -> BackupEvidence
    {
        let transcript = try await Transcript(version, name)
        return BackupEvidence(
            exitCode: transcript.exitCode,
            report: transcript.report,
            wasStopRequested: stopRequested,
            place: Self.place
        )
    }

    @Test(arguments: Transcript.versions)
    func `a restore that went well is completed`(version: String) async throws {
        let verdict = RestoreVerdict(try await evidence(version, "restore_plain"))
        #expect(verdict.state == .completed)
        #expect(verdict.items.isEmpty)
    }

    @Test(arguments: Transcript.versions)
    func `damaged files are named`(version: String) async throws {
        let verdict = RestoreVerdict(try await evidence(version, "restore_corrupt"))
        #expect(verdict.state == .completedWithErrors)
        #expect(verdict.items.count == 1)
        #expect(verdict.items.first?.path.hasPrefix("/srv/sample/src/") == true)
        #expect(verdict.items.first?.description?.hasSuffix("ciphertext verification failed") == true)
    }

    @Test(arguments: Transcript.versions)
    func `a snapshot that is not there is a failure`(version: String) async throws {
        let verdict = RestoreVerdict(try await evidence(version, "restore_badid"))
        #expect(verdict.state == .failed)
        #expect(verdict.diagnostics.contains("deadbeef"))
    }

    @Test(arguments: Transcript.versions)
    func `a restore that was told to stop is stopped`(version: String) async throws {
        let verdict = RestoreVerdict(try await evidence(version, "restore_badid", stopRequested: true))
        #expect(verdict.state == .stopped)
    }

    @Test(arguments: Transcript.versions)
    func `a cleanup completes, or finds a lock`(version: String) async throws {
        #expect(CleanupVerdict(try await evidence(version, "forget_prune")).state == .completed)
        let locked = CleanupVerdict(try await evidence(version, "after_kill_prune"))
        #expect(locked.state == .failed)
        #expect(locked.reason == "repository_locked")
    }
}
