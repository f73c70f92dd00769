import BackupAPI
import Foundation
import Glibc
import LocalBackup
import ResticTesting
import Synchronization
import Testing

/// A site in a temporary folder: a source, a password and a repository, or a place for one.
final class TestSite: Sendable {
    let folder: String
    private let services = Mutex<[LocalBackupService]>([])

    var source: String { folder + "/source" }
    var repository: String { folder + "/vault/repository" }
    var stateFolder: String { folder + "/state" }
    var passwordFile: String { folder + "/password" }

    /// The site that another process has made.
    init(folder: String) {
        self.folder = folder
    }

    convenience init(hasRepository: Bool) throws {
        self.init(folder: NSTemporaryDirectory() + "localbackup-" + UUID().uuidString)
        for name in ["source", "vault", "home"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)",
                withIntermediateDirectories: true
            )
        }
        try write(CheapRepository.password + "\n", to: "password")
        if hasRepository { try CheapRepository.make(at: repository) }
        try write("one", to: "source/a.txt")
        try write("two", to: "source/b.txt")
    }

    /// Settings with the one configuration 'nightly', which completes.
    func settings(inclusions: [String]? = nil, exclusions: [String] = []) -> LocalSettings {
        LocalSettings(
            stateFolder: stateFolder,
            repository: repository,
            passwordFile: passwordFile,
            environment: ["PATH": Machine.searchPath, "HOME": folder + "/home"],
            configurations: [
                ConfigurationDraft(
                    name: "nightly",
                    inclusions: (inclusions ?? [source]).map { PathRule(type: .folder, path: $0) },
                    exclusions: exclusions.map { PathRule(type: .folder, path: $0) }
                )
            ],
            hostName: "test-host"
        )
    }

    /// Settings under which a backup takes many seconds: 40 MiB, at so many KiB a second.
    func slowSettings(uploadLimit: Int = 8192) throws -> LocalSettings {
        try writeRandomBytes(40 << 20, to: "source/large.bin")
        var settings = settings()
        // restic ends at the next chunk after SIGINT, and a slower limit makes that one last.
        settings.repositories[0].uploadLimit = uploadLimit
        return settings
    }

    func open(
        _ settings: LocalSettings? = nil,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: Date().timeIntervalSince1970) }
    ) async throws -> LocalBackupService {
        let service = try await LocalBackupService.open(settings ?? self.settings(), now: now)
        services.withLock { $0.append(service) }
        return service
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }

    func writeRandomBytes(_ count: Int, to name: String) throws {
        let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
        let data = try #require(try random.read(upToCount: count))
        try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }

    /// Writes a program of the site's own.
    func writeScript(_ text: String, to name: String) throws -> String {
        try write(text, to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/\(name)")
        return "\(folder)/\(name)"
    }

    /// The standard output of a restic command on the site's repository.
    func restic(_ arguments: String...) throws -> String {
        let process = try startRestic(arguments)
        let data = try (process.standardOutput as? Pipe)?.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    func startRestic(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["restic"] + arguments
        process.environment = [
            "PATH": Machine.searchPath, "HOME": folder + "/home",
            "RESTIC_REPOSITORY": repository, "RESTIC_PASSWORD_FILE": passwordFile,
        ]
        process.standardOutput = Pipe()
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// The files that the newest snapshot has below the source, by their names.
    func snapshotNames() throws -> Set<String> {
        let lines = try restic("ls", "latest", "--json").split(separator: "\n").dropFirst()
        struct Node: Decodable { var name: String }
        return Set(try lines.map { try JSONDecoder().decode(Node.self, from: Data($0.utf8)).name })
    }

    /// The service's one agent.
    func agent(of service: LocalBackupService) async throws -> ResourceID<Agent> {
        try #require(try await service.agents().first).id
    }

    /// What a file of the site says; `nil` when it is not there.
    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    func locks() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: repository + "/locks")
    }

    fileprivate func close() async throws {
        for service in services.withLock({ $0 }) {
            for backup in try await service.backups(BackupFilter()) where !backup.state.isFinal {
                _ = try? await service.stop(backup.id)
                _ = try await service.wait(for: backup.id)
            }
            for restore in try await service.restores(Page()) where !restore.state.isFinal {
                _ = try? await service.stopRestore(restore.id)
                _ = try await service.waitForRestore(restore.id)
            }
            for cleanup in try await service.cleanups(Page()) where !cleanup.state.isFinal {
                _ = try? await service.stopCleanup(cleanup.id)
                _ = try await service.waitForCleanup(cleanup.id)
            }
            #expect(try await service.catalogProblems().isEmpty)
            await service.shutdown()
        }
    }
    /// Kills the processes of a run, as the end of the host would.
    func killRestic(of run: String) throws {
        let spool = Spool(path: "\(stateFolder)/spool/\(run)")
        let process = try #require(spool.recordedProcess(bootID: ProcessIdentity.currentBootID()))
        process.signalGroup(SIGKILL)
    }
}

/// A site has about twenty files open, and Foundation starts no program right once a process has a thousand.
private let places = Places(32)

/// Gives a test a site; afterwards all backups are over, the catalog is sound and the folder is gone.
func withSite(hasRepository: Bool = true, _ test: (TestSite) async throws -> Void) async throws {
    await places.take()
    do {
        try await withNewSite(hasRepository, test)
    } catch {
        await places.leave()
        throw error
    }
    await places.leave()
}

private func withNewSite(_ hasRepository: Bool, _ test: (TestSite) async throws -> Void) async throws {
    let site = try TestSite(hasRepository: hasRepository)
    defer { try? FileManager.default.removeItem(atPath: site.folder) }
    do {
        try await test(site)
    } catch {
        try? await site.close()
        throw error
    }
    try await site.close()
}

extension LocalBackupService {
    static let nightly = configurationID(forName: "nightly")

    /// Starts 'nightly' and waits for its end.
    func runNightly(key: String? = nil) async throws -> Backup {
        try await wait(for: start(Self.nightly, key: key).id)
    }

    /// The names of a subject's events in their order, without those of its progress.
    func eventNames(of subject: EventSubject) async throws -> [String] {
        try await events(of: subject, Page()).filter { $0.totalBytes == nil }.map(\.event)
    }

    /// Waits until a restore is over.
    func waitForRestore(_ id: ResourceID<Restore>) async throws -> Restore {
        try await last {
            try await restore(id)
        } where: {
            $0.state.isFinal
        }
    }

    /// Waits until a cleanup is over.
    func waitForCleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try await last {
            try await cleanup(id)
        } where: {
            $0.state.isFinal
        }
    }

    /// Reads a record until it is as wanted.
    func last<Record>(_ read: () async throws -> Record, where isWanted: (Record) -> Bool) async throws
        -> Record
    {
        while true {
            let record = try await read()
            if isWanted(record) { return record }
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

/// Waits until something that no one tells of is true: the doings of a foreign process.
func eventually(_ what: String, _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(100)
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("did not happen within 100 seconds: \(what)")
            return
        }
        await Task.yield()
    }
}
