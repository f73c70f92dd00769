import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct CheckTests {
    @Test func `a sound repository is ok, however much of it is read`() async throws {
        try await withSite { site in
            let service = try await site.open()
            _ = try await service.runNightly()
            for data in [CheckedData.none, .all, .percent(50), .bytes(1 << 20), .part(2, of: 3)] {
                let check = try await service.check(data)
                #expect(check.outcome == .ok, "\(check)")
                #expect(check.problems.isEmpty && check.packs.isEmpty)
                #expect(check.endedTime >= check.startedTime)
            }
            #expect(try site.locks().isEmpty)
            #expect(!FileManager.default.fileExists(atPath: site.checkSpool.path))
        }
    }

    @Test func `a pack with flipped bytes is found by reading it, and named`() async throws {
        try await withSite { site in
            let service = try await site.open()
            try site.writeRandomBytes(1 << 20, to: "source/large.bin")
            _ = try await service.runNightly()
            let pack = try site.damageLargestPack()
            #expect(try await service.check(.none).outcome == .ok)
            let check = try await service.check(.all)
            #expect(check.outcome == .failed)
            #expect(check.packs == [pack])
            #expect(check.problems.contains { $0.contains(pack) }, "\(check.problems)")
            #expect(!check.problems.contains { $0.contains("Fatal") })
            #expect(try site.locks().isEmpty)
        }
    }

    @Test func `a pack that is gone is found without reading`() async throws {
        try await withSite { site in
            let service = try await site.open()
            try site.writeRandomBytes(1 << 20, to: "source/large.bin")
            _ = try await service.runNightly()
            try FileManager.default.removeItem(at: site.largestPack())
            let check = try await service.check(.none)
            #expect(check.outcome == .failed)
            #expect(!check.problems.isEmpty)
            #expect(!check.packs.isEmpty, "\(check)")
        }
    }

    @Test func `what keeps restic from looking is no damage`() async throws {
        try await withSite(hasRepository: false) { site in
            let service = try await site.open()
            let missing = await #expect(throws: BackupError.self) { try await service.check(.all) }
            #expect(missing?.code == .repositoryMissing)
            _ = try await service.runNightly()
            try site.write("another\n", to: "password")
            let wrong = await #expect(throws: BackupError.self) { try await service.check(.all) }
            #expect(wrong?.code == .wrongPassword)
            let invalid = await #expect(throws: BackupError.self) { try await service.check(.percent(101)) }
            #expect(invalid?.description == "more than 0 and at most 100 percent can be read")
            #expect(!FileManager.default.fileExists(atPath: site.checkSpool.path))
        }
    }

    @Test func `a check waits for a backup, and a backup for a check`() async throws {
        try await withSite { site in
            let service = try await site.open(try site.blockingChecks())
            _ = try await service.runNightly()
            let check = Task { try await service.check(.none) }
            try await eventually("the check works") { site.isChecking }
            let backup = try await service.start(LocalBackupService.nightly, key: nil)
            let queued = try await service.last {
                try await service.backup(backup.id)
            } where: {
                $0.state == .queued
            }
            #expect(queued.state == .queued)
            try site.write("", to: "go")
            #expect(try await check.value.outcome == .ok)
            #expect(try await service.wait(for: backup.id).state == .completed)
        }
    }

    @Test func `a cancelled check stops restic`() async throws {
        try await withSite { site in
            let service = try await site.open(try site.blockingChecks())
            _ = try await service.runNightly()
            let check = Task { try await service.check(.none) }
            try await eventually("the check works") { site.isChecking }
            let process = try #require(
                site.checkSpool.recordedProcess(bootID: ProcessIdentity.currentBootID())
            )
            check.cancel()
            await #expect(throws: CancellationError.self) { try await check.value }
            // Its lock is free a moment before it has ended.
            try await eventually("restic has ended") { !process.isRunning }
            #expect(!FileManager.default.fileExists(atPath: site.checkSpool.path))
            try site.write("", to: "go")
            #expect(try await service.check(.none).outcome == .ok)
        }
    }

    @Test func `a check whose host died is stopped by the next service`() async throws {
        try await withSite { site in
            _ = try await site.open().runNightly()
            let spool = site.checkSpool
            try spool.create()
            let process = try await Launcher.launch(
                "/bin/sleep",
                arguments: ["3600"],
                environment: ["PATH": "/usr/bin:/bin"],
                spool: spool,
                onExit: {}
            )
            #expect(process.isRunning)
            let service = try await site.open()
            // Its lock is free a moment before it has ended.
            try await eventually("restic has ended") { !process.isRunning }
            #expect(!FileManager.default.fileExists(atPath: spool.path))
            #expect(try await service.check(.none).outcome == .ok)
        }
    }
}

/// What recorded checks of each version of restic mean.
struct CheckTranscriptTests {
    @Test(arguments: Transcript.versions, ["check", "check_read"])
    func `a sound repository has no problems`(version: String, name: String) async throws {
        let transcript = try await Transcript(version, name)
        #expect(transcript.check == CheckReport())
        #expect(transcript.exitCode == 0)
    }

    @Test(arguments: [
        (
            "0.14", "c5ed9d70a6098c04845420d50a06019fda75c4c00bdb2c4a482849709513860d",
            "Pack ID does not match, want c5ed"
        ),
        ("0.18", "747cb70adebae6f1d0bf8d60f6868e3348b2471a7d479075a04db52df0a03f18", "pack 747cb70a"),
        ("0.19", "398d06d1232d135efd023b6c0775ff44a49301a9597e3edf1b7d6d2376f1549f", "pack 398d06d1"),
    ])
    func `a damaged pack is named, without restic's advice`(version: String, pack: String, beginning: String)
        async throws
    {
        let transcript = try await Transcript(version, "check_corrupt")
        #expect(transcript.check.isDamaged)
        #expect(transcript.check.packs == [pack])
        #expect(transcript.check.problems.count == 1, "\(transcript.check.problems)")
        #expect(transcript.check.problems.first?.hasPrefix(beginning) == true)
    }

    @Test(arguments: Transcript.versions)
    func `a locked repository is not damaged`(version: String) async throws {
        let transcript = try await Transcript(version, "while_bg_check")
        #expect(!transcript.check.isDamaged)
        let place = ResticFailure.Place(repository: "/r", passwordFile: "/p", activity: "check")
        let failure = ResticFailure(
            exitCode: transcript.exitCode,
            words: transcript.check.problems,
            place: place
        )
        #expect(failure.reason == "repository_locked")
    }
}

extension TestSite {
    fileprivate var checkSpool: Spool { Spool(path: stateFolder + "/spool/check") }
    /// Whether the check of `blockingChecks` has begun.
    fileprivate var isChecking: Bool { text("checking") != nil }

    /// Settings with a restic whose checks wait for the file `go`.
    fileprivate func blockingChecks() throws -> LocalSettings {
        var settings = settings()
        settings.resticProgram = try writeScript(
            """
            #!/bin/sh
            if [ "$1" = check ]; then
                trap 'exit 130' INT
                : >"\(folder)/checking"
                while [ ! -e "\(folder)/go" ]; do sleep 0.05; done
            fi
            exec restic "$@"
            """,
            to: "blocking-restic"
        )
        return settings
    }

    fileprivate func largestPack() throws -> URL {
        let folder = URL(fileURLWithPath: repository + "/data")
        let files = try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
        )
        let packs = files.compactMap { $0 as? URL }.filter { $0.lastPathComponent.count == 64 }
        return try #require(
            packs.max { one, other in
                let sizes = [one, other].map { try? $0.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }
                return (sizes[0] ?? 0) < (sizes[1] ?? 0)
            }
        )
    }

    /// Flips some bytes of the largest pack, and answers its id.
    fileprivate func damageLargestPack() throws -> String {
        let pack = try largestPack()
        var bytes = [UInt8](try Data(contentsOf: pack))
        for index in 100..<116 { bytes[index] ^= 0xff }
        chmod(pack.path, 0o600)
        try Data(bytes).write(to: pack)
        return pack.lastPathComponent
    }
}
