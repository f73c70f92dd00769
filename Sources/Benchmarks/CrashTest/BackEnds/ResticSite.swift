import BackupAPI
import Foundation
import GRDB
import LocalBackup
import ResticTesting

/// The folders of a service with real restic.
struct ResticSite: Codable, Sendable {
    /// What all sites share and only read: sources and a password.
    let shared: String
    /// What is the site's own: repository and state.
    let folder: String
    /// Whether restic is slowed down, so that small sources take some time.
    var isSlow = true

    private var repository: String { folder + "/repository" }
    private var stateFolder: String { folder + "/state" }
    private var passwordFile: String { shared + "/password" }
    /// The configurations: one for each folder of sources.
    private var names: [String] {
        Self.sources.keys.sorted() + [BigBackup.source]
    }
    private var environment: [String: String] {
        // A cache of its own: all copies of a repository have one id.
        ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder + "/home"]
    }

    /// The sources: two of a few files, one that takes some seconds to send, and one that takes many.
    private static let sources = [
        "web-files": 64 << 10, "mail": 32 << 10, "slow": 16 << 20, "endless": 160 << 20,
    ]
    /// What restic may send, in KiB a second.
    private static let slowness = 8_192

    /// Makes what all sites share: the sources and a password.
    static func prepare(_ shared: String) async throws {
        for (name, bytes) in sources { try makeSource("\(shared)/\(name)", files: 4, ofBytes: bytes / 4) }
        try Data((CheapRepository.password + "\n").utf8).write(to: URL(fileURLWithPath: shared + "/password"))
    }

    /// Makes a folder of files with random contents.
    static func makeSource(_ folder: String, files: Int, ofBytes bytes: Int) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for number in 0..<files {
            try randomData(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(number)"))
        }
    }

    private static func randomData(_ count: Int) throws -> Data {
        guard let data = try FileHandle(forReadingAtPath: "/dev/urandom")?.read(upToCount: count) else {
            throw CrashTestError("cannot read /dev/urandom")
        }
        return data
    }

    /// Gives the site a repository, or a place for one.
    func prepare(withRepository: Bool = true) throws {
        for name in ["state", "home"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)",
                withIntermediateDirectories: true
            )
        }
        if withRepository { try CheapRepository.make(at: repository) }
    }

    /// Kills what the runs of the site have running; returns whether something was there.
    func kill(_ victim: Victim) -> Bool {
        let spools = (try? FileManager.default.contentsOfDirectory(atPath: stateFolder + "/spool")) ?? []
        return spools.map { Spool(path: "\(stateFolder)/spool/\($0)") }.reduce(false) { found, spool in
            guard (try? spool.isAlive()) == true,
                let launcher = spool.recordedProcess(bootID: ProcessIdentity.currentBootID())
            else { return found }
            switch victim {
            case .group: launcher.signalGroup(SIGKILL)
            case .launcher where launcher.isRunning: _ = Foundation.kill(launcher.id, SIGKILL)
            case .restic:
                guard let number = spool.recordedNumber(), getpgid(pid_t(number)) == launcher.id else {
                    return found
                }
                _ = Foundation.kill(pid_t(number), SIGKILL)
            default: return found
            }
            return true
        }
    }

    func open() async throws -> LocalBackupService {
        try await LocalBackupService.open(
            LocalSettings(
                stateFolder: stateFolder,
                repository: repository,
                passwordFile: passwordFile,
                environment: environment,
                configurations: names.map { name in
                    ConfigurationDraft(
                        name: name,
                        inclusions: [PathRule(type: .folder, path: "\(shared)/\(name)")]
                    )
                },
                uploadLimit: isSlow ? Self.slowness : nil,
                hostName: "crash-test"
            ),
            now: Clocks.now
        )
    }

    /// A row of the catalog.
    struct Entry: Decodable, FetchableRecord {
        var id: String
        var name: String
        var state: String
        var reason: String
        /// The launcher of its restic, which leads the group of both.
        var processID: Int32?

        private enum CodingKeys: String, CodingKey {
            case id, name, state, reason
            case processID = "process_id"
        }
    }

    /// The backups and the restores of the catalog, read beside the services that use it: the driver must not take over
    /// what runs.
    func entries() async throws -> [Entry] {
        let path = stateFolder + "/catalog.sqlite"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return try await queue.read { database in
            guard try database.tableExists("restore") else { return [] }
            let sql = """
                SELECT id, configuration_name AS name, state, error_reason AS reason, process_id, number FROM backup
                UNION ALL SELECT id, '\(Workflow.restores.name)', state, error_reason, process_id, number FROM restore
                ORDER BY number
                """
            return try Entry.fetchAll(database, sql: sql)
        }
    }

    /// What is wrong with the catalog and the repository: each backup that completed has one snapshot, no other snapshot is
    /// there, and restic finds no fault. The lock of a restic that was killed is gone after the next use, here the check, and
    /// so are the spools that nobody needs.
    func problems() async throws -> [String] {
        let entries = try await entries()
        var problems = entries.filter { !ActivityState(rawValue: $0.state).isFinal }.map {
            "backup '\($0.id)' of '\($0.name)' is still \($0.state)"
        }
        struct Snapshot: Decodable { var paths: [String] }
        let output = try await restic(["snapshots", "--json", "--no-lock"])
        var counts: [String: Int] = [:]
        for snapshot in try JSONDecoder().decode([Snapshot]?.self, from: output) ?? [] {
            counts[snapshot.paths.first?.split(separator: "/").last.map(String.init) ?? "", default: 0] += 1
        }
        for name in names {
            let completed = entries.filter { $0.name == name && $0.state == "completed" }.count
            guard counts[name, default: 0] != completed else { continue }
            problems.append("'\(name)' has \(counts[name, default: 0]) snapshots of \(completed) backups")
        }
        problems += try wrongRestores(of: entries.filter { $0.name == Workflow.restores.name })
        let service = try await open()
        let check = try await service.check(.none)
        if check.outcome != .ok {
            problems.append("restic finds fault: \(check.problems.joined(separator: "; "))")
        }
        await service.shutdown()
        for (what, folder) in [("locks", repository + "/locks"), ("spools", stateFolder + "/spool")] {
            let names = Self.names(in: folder)
            if !names.isEmpty {
                problems.append("\(names.count) \(what) are left: \(names.joined(separator: " "))")
            }
        }
        let keys = Self.names(in: repository + "/keys").count
        if keys != 1 { problems.append("the repository has \(keys) keys") }
        return problems
    }

    /// What is in a folder, but for a file that restic had not finished when it was killed: nobody takes `…-tmp-123` for
    /// anything.
    private static func names(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.contains("-tmp-") }
    }

    /// Where the restores of a run write to.
    static func restored(in folder: String) -> String { folder + "/restored" }

    /// What is wrong with what was restored: each restore has written one folder, with what its source has.
    private func wrongRestores(of entries: [Entry]) throws -> [String] {
        let place = Self.restored(in: folder)
        let files = FileManager.default
        let folders = (try? files.contentsOfDirectory(atPath: place)) ?? []
        let wrong = folders.filter {
            !files.contentsEqual(atPath: "\(shared)/mail", andPath: "\(place)/\($0)\(shared)/mail")
        }
        let count = entries.filter { $0.state == "completed" }.count
        return wrong.map { "'\($0)' has not what was backed up" }
            + (folders.count == count ? [] : ["\(count) restores have written \(folders.count) folders"])
    }

    /// The standard output of a restic command on the site's repository.
    private func restic(_ arguments: [String]) async throws -> Data {
        let output = folder + "/restic.out"
        let place = ["--no-cache", "--repo", repository, "--password-file", passwordFile]
        let child = try Child(
            "restic",
            place + arguments,
            environment: environment,
            output: output,
            keepsErrors: false
        )
        let ending = await child.end(killedAfter: nil)
        guard ending == .done else {
            throw CrashTestError("restic \(arguments.joined(separator: " ")) ended as \(ending)")
        }
        return FileManager.default.contents(atPath: output) ?? Data()
    }
}
