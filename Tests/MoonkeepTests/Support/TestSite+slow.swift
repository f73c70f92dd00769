import Foundation
import Glibc
import Testing

extension TestSite {
    /// A site file with which a backup of `writeRandomBytes` takes many seconds.
    static let slowSiteFile = """
        upload_limit: 2048
        configurations:
          - name: web
            inclusions: [source]

        """

    /// Bytes that restic cannot make smaller.
    func writeRandomBytes(_ count: Int, to name: String) throws {
        let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
        let data = try #require(try random.read(upToCount: count))
        try data.write(to: URL(fileURLWithPath: path(name)))
    }

    /// Starts a run whose backup has come so far that restic sends something.
    func startRunningBackup() async throws -> Program {
        try writeRandomBytes(160 << 20, to: "source/random.bin")
        try write(Self.backUp, to: "script.lua")
        let program = try start(["run", "--json", "script.lua"])
        let isRunning = await program.output.reaches { text in
            text.firstMatch(of: #/"type":"backup_progress".*"state":"in_progress".*"bytes_done":[1-9]/#)
                != nil
        }
        try #require(isRunning, "the backup did not get going: \(program.output.text)\(program.error.text)")
        return program
    }

    /// Locks the repository exclusively while something is done.
    func whileLocked<Value>(_ work: () async throws -> Value) async throws -> Value {
        let check = try Program(
            "/usr/bin/restic",
            [
                "--repo", path("repository"), "--password-file", path("password"), "check", "--read-data",
                "--limit-download", "1",
            ],
            in: folder,
            environment: environment
        )
        // A file with another name is still being written.
        try await eventually("check has its lock") {
            try names(in: "repository/locks").contains { $0.utf8.count == 64 }
        }
        check.send(SIGSTOP)
        defer { check.send(SIGKILL) }
        return try await work()
    }
}

/// Waits until something is true that no one tells of: the doings of a foreign process.
func eventually(_ what: String, _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("did not happen within 60 seconds: \(what)")
            return
        }
        await Task.yield()
    }
}
