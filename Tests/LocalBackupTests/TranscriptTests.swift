import BackupAPI
import Foundation
import LocalBackup
import Testing

@Suite struct TranscriptTests {
    @Test(arguments: Transcript.versions)
    func `a good run is completed, with its figures`(version: String) async throws {
        let verdict = try await Transcript(version, "backup1").verdict()
        #expect(verdict.state == .completed)
        #expect(verdict.errorCount == 0)
        #expect(verdict.summary?.filesNew == 3)
        #expect(verdict.summary?.filesProcessed == 3)
        #expect(verdict.summary?.bytesProcessed == 300_005)
        #expect(verdict.summary?.snapshotID?.count == (version == "0.14" ? 8 : 64))
    }

    @Test(arguments: Transcript.versions)
    func `verbose lines do not hide the summary`(version: String) async throws {
        let verdict = try await Transcript(version, "backup2vv").verdict()
        #expect(verdict.state == .completed)
        #expect(verdict.summary?.filesChanged == 1)
    }

    @Test(arguments: Transcript.versions)
    func `a missing path is never ok, whatever the exit code`(version: String) async throws {
        let verdict = try await Transcript(version, "backup_missing_one").verdict()
        #expect(verdict.state == .completedWithErrors)
        #expect(verdict.reason == "unable_to_process_some_files")
        #expect(verdict.diagnostics == "1 path could not be backed up: '/nonexist' (does not exist)")
        let item = ErrorItem(
            index: 0,
            path: "/nonexist",
            type: "file_or_folder_missing",
            description: "does not exist"
        )
        #expect(verdict.items == [item])
        #expect(verdict.errorCount == 1)
    }

    @Test(arguments: Transcript.versions)
    func `all paths missing is failed`(version: String) async throws {
        let verdict = try await Transcript(version, "backup_missing_all").verdict()
        #expect(verdict.state == .failed)
        #expect(verdict.reason == "source_missing")
        #expect(
            verdict.diagnostics == "the path '/nonexist' does not exist. "
                + "Check the configuration's inclusions, and that their disk is mounted."
        )
        #expect(verdict.items.map(\.path) == ["/nonexist"])
    }

    @Test func `an unreadable file is a warning that names it`() async throws {
        let verdict = try await Transcript("0.14", "unreadable").verdict()
        #expect(verdict.state == .completedWithErrors)
        #expect(verdict.items.map(\.path) == ["/srv/sample/src/b"])
        #expect(verdict.items.map(\.type) == ["permission_denied"])
        #expect(verdict.items.first?.exception?.code == 13)
        #expect(verdict.exitCode == 3)
    }

    @Test(arguments: Transcript.versions)
    func `an interrupted run is stopped if that was asked for`(version: String) async throws {
        let transcript = try await Transcript(version, "bg")
        #expect(transcript.verdict(stopRequested: true).state == .stopped)
        #expect(transcript.verdict(stopRequested: false).state == .failed)
        #expect(transcript.progress?.totalBytes == 600_000_000)
    }

    @Test(arguments: Transcript.versions)
    func `a dry run's snapshot does not count`(version: String) async throws {
        let verdict = try await Transcript(version, "backup_dry").verdict()
        #expect(verdict.state == .failed)
        #expect(verdict.summary?.snapshotID == nil)
    }

    @Test(
        arguments: Transcript.versions,
        [
            ("badpw", "wrong_password"), ("norepo", "repository_missing"),
            ("while_bg_prune", "repository_locked"),
            ("badflag", "restic_failed"),
        ]
    )
    func `a refusal has its reason`(version: String, expected: (name: String, reason: String)) async throws {
        let verdict = try await Transcript(version, expected.name).verdict()
        #expect(verdict.state == .failed)
        #expect(verdict.reason == expected.reason)
        #expect(!verdict.diagnostics.isEmpty)
    }

    @Test(arguments: [("0.14", [0, 14, 0]), ("0.18", [0, 18, 0]), ("0.19", [0, 19, 1])])
    func `the version is read from text and from JSON`(version: String, numbers: [Int]) async throws {
        let folder = try #require(Bundle.module.resourceURL)
        let file = folder.appending(path: "Transcripts/\(version)/version.out")
        let found = ResticVersion(output: try String(contentsOf: file, encoding: .utf8))
        #expect(found == ResticVersion(numbers: numbers))
    }

    @Test func `versions are compared by number`() {
        #expect(ResticVersion(numbers: [0, 9, 6]) < .oldest)
        #expect(
            ResticVersion(output: "restic 0.16.4-dev (compiled manually) compiled with go1.22") ?? .oldest
                > .oldest
        )
        #expect(ResticVersion(output: "usage: something") == nil)
    }
}
