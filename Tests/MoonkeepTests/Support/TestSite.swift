import Foundation
import Testing

/// A site in a temporary folder of its own, and the command to use it.
final class TestSite: Sendable {
    let folder: String

    /// Makes a site with the configuration `web`, which has two files; other texts of the site file are for the tests
    /// that need them.
    init(_ siteFile: String? = nil) throws {
        // The real path, since messages show it.
        let temporary = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        folder = "\(temporary)/moonkeep-\(UUID().uuidString)"
        try makeFolder("home")
        try makeFolder("source")
        try write("one", to: "source/a.txt")
        try write("three", to: "source/b.txt")
        try write("correct horse battery staple\n", to: "password")
        try setMode(0o600, of: "password")
        try write(siteFile ?? Self.siteFile, to: "moonkeep.yaml")
    }

    static let siteFile = """
        configurations:
          - name: web
            inclusions: [source]

        """

    /// A script that backs up `web` and reports it.
    static let backUp = """
        local id = backup.start("web")
        report.add(backup.wait(id))
        """

    var environment: [String: String] {
        ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder + "/home"]
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    }

    func setMode(_ mode: Int, of name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(name))
    }

    func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
    }

    /// Starts the command in the site's folder.
    func start(
        _ arguments: [String],
        in name: String = "",
        environment changes: [String: String] = [:]
    ) throws -> Program {
        try Program(
            Program.moonkeep,
            arguments,
            in: path(name),
            environment: environment.merging(changes) { $1 }
        )
    }

    /// Runs the command to its end.
    @discardableResult
    func moonkeep(
        _ arguments: String...,
        in name: String = "",
        environment changes: [String: String] = [:]
    ) async throws -> Ended {
        try await start(arguments, in: name, environment: changes).end()
    }

    /// Runs a script, given by its text, to its end; arguments stand before the script's name.
    func run(
        _ script: String,
        _ options: String...,
        arguments: [String] = [],
        environment changes: [String: String] = [:]
    ) async throws -> Ended {
        try write(script, to: "script.lua")
        return try await start(["run"] + options + ["script.lua"] + arguments, environment: changes).end()
    }

    /// Runs another program to its end in the site's folder.
    @discardableResult
    func execute(
        _ path: String,
        _ arguments: String...,
        environment changes: [String: String] = [:]
    ) async throws -> Ended {
        try await Program(
            path,
            arguments,
            in: folder,
            environment: environment.merging(changes) { $1 }
        ).end()
    }

    /// Runs restic on the site's repository.
    @discardableResult
    func restic(_ arguments: String...) async throws -> Ended {
        try await Program(
            "/usr/bin/restic",
            ["--repo", path("repository"), "--password-file", path("password")] + arguments,
            in: folder,
            environment: environment
        ).end()
    }

    /// What SQLite says of a database that no one has open.
    func integrity(of name: String) async throws -> String {
        try await execute("/usr/bin/sqlite3", path(name), "PRAGMA integrity_check").output
    }

    /// The newest backup in the command's JSON.
    func newestBackup() async throws -> [String: Any] {
        try #require(try await moonkeep("backups", "--json").jsonList().first)
    }
}

/// Gives a test a site, and removes it afterwards.
func withSite(_ siteFile: String? = nil, _ test: (TestSite) async throws -> Void) async throws {
    let site = try TestSite(siteFile)
    defer { try? FileManager.default.removeItem(atPath: site.folder) }
    try await test(site)
}
