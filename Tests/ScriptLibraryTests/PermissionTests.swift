import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import ScriptLibrary
import Testing

/// A call that needs a permission; `$` stands for a folder with the file `a` and the empty folder `b`.
struct PermissionRow: Sendable, CustomTestStringConvertible {
    let function: String
    let call: String
    /// What the refusal names.
    let permission: String
    /// What is granted beside it in both cases.
    var others: [String] = []
    /// The code of the error that comes of the call when it is allowed; `nil` when it succeeds.
    var code: String?

    var testDescription: String { "\(function): \(permission)" }
}

/// For every function that needs a permission: it is refused without, and allowed with.
@Suite(.timeLimit(.minutes(5))) struct PermissionTests {
    // Nothing listens there.
    private static let address = "http://127.0.0.1:1"

    static let rows: [PermissionRow] =
        ["get", "delete"].map {
            row("http.\($0)", "'\(address)/x'", "http:\(address)", code: "unreachable")
        }
        + ["post", "put", "patch"].map {
            row("http.\($0)", "'\(address)/x', { body = 'x' }", "http:\(address)", code: "unreachable")
        }
        + [
            row("http.request", "'GET', '\(address)/x'", "http:\(address)", code: "unreachable"),
            row("shell.run", "{ 'true' }", "shell:true"),
            row("shell.run", "{ 'true', cwd = '$/b' }", "fs:write:$/b", others: ["shell:true"]),
            row("shell.run", "{ 'true', stdout = '$/b/x' }", "fs:write:$/b/x", others: ["shell:true"]),
            row("shell.sh", "'true'", "shell:sh:*"),
            row("fs.read", "'$/a'", "fs:read:$/a"),
            row("fs.write", "'$/b/x', 'x'", "fs:write:$/b/x"),
            row("fs.append", "'$/b/x', 'x'", "fs:write:$/b/x"),
            row("fs.list", "'$'", "fs:read:$"),
            row("fs.stat", "'$/a'", "fs:read:$/a"),
            row("fs.exists", "'$/a'", "fs:read:$/a"),
            row("fs.hash", "'$/a'", "fs:read:$/a"),
            row("fs.mkdir", "'$/b/x'", "fs:write:$/b/x"),
            row("fs.remove", "'$/a'", "fs:write:$/a"),
            row("fs.rename", "'$/a', '$/b/x'", "fs:write:$/a", others: ["fs:write:$/b"]),
            row("fs.rename", "'$/a', '$/b/x'", "fs:write:$/b/x", others: ["fs:write:$/a"]),
            row("fs.copy", "'$/a', '$/b/x'", "fs:read:$/a", others: ["fs:write:$/b"]),
            row("fs.copy", "'$/a', '$/b/x'", "fs:write:$/b/x", others: ["fs:read:$/a"]),
            row("fs.with_temporary_folder", "{ beneath = '$/b' }, function() end", "fs:write:$/b"),
            row("fs.free", "'$'", "fs:read:$"),
            row("secrets.get", "'pg/password'", "secrets:pg/password"),
            row("backup.start", "'web-files'", "backup:start"),
            row("backup.run", "'web-files'", "backup:start"),
            row("backup.stop", "'none'", "backup:stop", code: "unknown_backup"),
            row("backup.list", "", "backup:list"),
            row("backup.latest", "'web-files'", "backup:list"),
            row("backup.configurations", "", "backup:list"),
            row("backup.configuration", "'web-files'", "backup:list"),
            row("lock.with", "'repo/main', function() end", "lock:repo/main"),
            row("lock.acquire", "'repo/main'", "lock:repo/main"),
            row("restore.start", "backup.run('web-files'), { to = '$/b' }", "restore:start"),
            row("restore.run", "backup.run('web-files'), { to = '$/b' }", "restore:start"),
            row("restore.stop", "'none'", "restore:start", code: "unknown_restore"),
            row("restore.test", "backup.run('web-files')", "restore:start"),
            row("backup.cleanup", "", "backup:cleanup"),
            row("mail.send", "'ops@example.org', { subject = 'x' }", "mail:ops@example.org"),
            row("backup.check", "", "backup:check"),
            row("notify.send", "'ops', 'title'", "notify:ops"),
            row("state.get", "'shared/x'", "state:shared"),
            row("state.set", "'shared/x', 1", "state:shared"),
            row("state.compare_and_set", "'shared/x', nil, 1", "state:shared"),
            row("state.delete", "'shared/x'", "state:shared"),
            row("state.list", "'shared/'", "state:shared"),
        ]

    private static func row(
        _ function: String,
        _ arguments: String,
        _ permission: String,
        others: [String] = [],
        code: String? = nil
    ) -> PermissionRow {
        PermissionRow(
            function: function,
            call: "\(function)(\(arguments))",
            permission: permission,
            others: others,
            code: code
        )
    }

    private static func modules(_ folder: String) -> [Module] {
        let library = ScriptLibrary(
            ScriptLibrarySettings(
                secrets: SecretsSettings(providers: []),
                variables: ["PATH": "/usr/bin:/bin"],
                temporaryFolder: folder + "/temporary"
            )
        )
        return library.modules + [
            .backup, .restore(temporaryFolder: folder), .agent, .state, .time, .schedule, .yaml, .csv,
            .template,
            .notify(Notifiers(providers: ["ops": Deaf()])),
            .mail { _ in }, .metrics(SiteMetrics(folder: nil, now: { .sample })),
        ]
    }

    /// Runs a row's call with some permissions, in a folder of its own.
    private func failure(of row: PermissionRow, granted: [String]) async throws -> (
        code: String?, text: String?
    ) {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/b", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: folder.path + "/a"))
        let fixture = try LibraryFixture(
            Self.modules(folder.path),
            permissions: granted.map { $0.replacing("$", with: folder.path) },
            without: Permission(row.permission),
            service: try FolderService(folder: folder.path)
        )
        let failure = try await fixture.run(row.call.replacing("$", with: folder.path)).failure
        return (failure?.code, failure?.description.replacing(folder.path, with: "$"))
    }

    @Test(arguments: rows)
    func `a function with a permission is refused without it, and the message tells what to do`(
        row: PermissionRow
    )
        async throws
    {
        let failure = try await failure(of: row, granted: row.others)
        #expect(failure.code == "permission_denied")
        #expect(
            failure.text == """
                test.lua:1: the script may not do this: it has no permission '\(row.permission)'. \
                Ask for it in the script's 'needs', and grant it with 'moonkeep allow test.lua'.
                """
        )
    }

    @Test(arguments: rows)
    func `a function with a permission is allowed with it`(row: PermissionRow) async throws {
        let failure = try await failure(of: row, granted: row.others + [row.permission])
        #expect(failure.code == row.code, "\(failure.text ?? "")")
    }

    @Test func `every function that needs a permission has a row, and tells that it can be refused`() throws {
        let functions = (PluginHost.standardModules + Self.modules("/tmp")).flatMap { module in
            module.functions.map { ("\(module.name).\($0.name)", $0) }
        }
        let needing = functions.filter { !$0.1.needs.isEmpty }.map(\.0)
        let refused = functions.filter { $0.1.errors.contains("permission_denied") }.map(\.0)
        #expect(Set(needing) == Set(refused))
        #expect(Set(needing) == Set(Self.rows.map(\.function)))
    }

    @Test(arguments: rows)
    func `a permission is one that the function's description names`(row: PermissionRow) throws {
        let functions = (PluginHost.standardModules + Self.modules("/tmp")).flatMap { module in
            module.functions.filter { "\(module.name).\($0.name)" == row.function }
        }
        let kinds = functions.flatMap(\.needs).compactMap { Permission($0.text)?.kind }
        let optional = row.others.isEmpty ? [] : ["fs:read", "fs:write"]
        let kind = try #require(Permission(row.permission)).kind
        #expect((kinds + optional).contains(kind))
    }

    @Test func `what every script may do is asked for somewhere`() {
        let needed = Self.rows.compactMap { Permission($0.permission) }
        for standard in Permissions.standard.granted { #expect(needed.contains(where: standard.covers)) }
    }
}

/// A provider that delivers everything to nobody.
private struct Deaf: NotificationProvider {
    func send(_ notification: Notice) async throws {}
}
