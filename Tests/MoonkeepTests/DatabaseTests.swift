import Foundation
import Glibc
import Testing

/// The plugins for databases, against real servers that the tests start and end.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .serialized, .timeLimit(.minutes(10)))
struct DatabaseTests {
    private static let password = "S3cret-of-the-keeper"
    private static let siteFile = "configurations: [{name: databases, inclusions: [dumps]}]\n"

    /// A site with the plugins, a folder for dumps and a secret.
    private func withSources(_ test: (TestSite) async throws -> Void) async throws {
        try await withSite(Self.siteFile) { site in
            try site.makeFolder("dumps")
            try FileManager.default.copyItem(
                atPath: Checkout.folder + "/examples/plugins",
                toPath: site.path("plugins")
            )
            try site.keep(Self.password)
            try await test(site)
        }
    }

    // MARK: PostgreSQL

    private func psql(_ site: TestSite, _ database: String, _ text: String) async throws -> String {
        try await site.succeed(
            ["/usr/bin/psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-qAt", "-c", text],
            environment: Self.variables(site, database)
        )
    }

    private static func variables(_ site: TestSite, _ database: String) -> [String: String] {
        ["PGHOST": site.path("pg"), "PGUSER": "keeper", "PGPASSWORD": password, "PGDATABASE": database]
    }

    private func withPostgres(_ test: (TestSite) async throws -> Void) async throws {
        try await withSources { site in
            let server = try await DatabaseServer.postgres(password: Self.password, in: site)
            do {
                _ = try await psql(site, "postgres", "CREATE DATABASE app")
                _ = try await psql(
                    site,
                    "app",
                    "CREATE TABLE items (id int PRIMARY KEY, name text, data bytea); INSERT INTO items SELECT n, 'näme ' || n || E'\\t''\"', sha256(n::text::bytea) FROM generate_series(1, 5000) n"
                )
                let script = try Checkout.text("examples/database.lua").replacing(
                    "/srv/dumps",
                    with: site.path("dumps")
                )
                try await site.allow(script)
                try await test(site)
            } catch {
                await server.end()
                throw error
            }
            await server.end()
        }
    }

    private static func arguments(_ site: TestSite, _ more: String...) -> [String] {
        ["run", "workflow.lua", "--host", site.path("pg"), "--user", "keeper"] + more
    }

    @Test(.enabled(if: Machine.postgresFolder != nil, "PostgreSQL is not installed"))
    func `a database of PostgreSQL is dumped, backed up, restored and the same`() async throws {
        try await withPostgres { site in
            let ended = try await site.start(Self.arguments(site, "--database", "app")).end()
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(try site.names(in: "dumps") == [])
            let dump = try await site.restoredDump()
            #expect(dump.hasSuffix("/app.dump"))
            _ = try await psql(site, "postgres", "CREATE DATABASE copy")
            try await site.succeed(
                ["/usr/bin/pg_restore", "--exit-on-error", "--dbname", "copy", dump],
                environment: Self.variables(site, "copy")
            )
            let rows = "COPY (SELECT * FROM items ORDER BY id) TO STDOUT"
            let original = try await psql(site, "app", rows)
            #expect(original.split(separator: "\n").count == 5_000)
            #expect(try await psql(site, "copy", rows) == original)
            try await site.expectNowhere(Self.password, [ended])
        }
    }

    @Test(.enabled(if: Machine.postgresFolder != nil, "PostgreSQL is not installed"))
    func `the plugin puts a dump of PostgreSQL back, and a second dump has the same path`() async throws {
        try await withPostgres { site in
            for _ in 0..<2 {
                let ended = try await site.start(Self.arguments(site, "--database", "app")).end()
                #expect(ended.exitCode == 0, "\(ended)")
            }
            #expect(try site.names(in: "dumps") == [])
            for backup in try await site.moonkeep("backups", "--json").jsonList() {
                let id = try #require(backup["id"] as? String)
                let folder = site.path("dumps/postgres-app.dump.moonkeep")
                #expect(try await site.moonkeep("browse", id, folder).output.hasSuffix("  app.dump\n"))
            }
            _ = try await psql(site, "postgres", "CREATE DATABASE copy")
            try await site.allow(
                """
                local postgres = require("postgres")
                return {
                  name = "again", api = 1,
                  needs = {
                    "shell:pg_dump:env=PGDATABASE,PGHOST,PGPORT,PGUSER,PGPASSWORD",
                    "shell:pg_dumpall:env=PGHOST,PGPORT,PGUSER,PGPASSWORD",
                    "shell:pg_restore:env=PGHOST,PGPORT,PGUSER,PGPASSWORD", "restore:start", "secrets:pg/password",
                  },
                  run = function()
                    postgres.restore {
                      backup = backup.latest("databases"), database = "app", into = "copy", folder = "\(site.path("dumps"))",
                      host = "\(site.path("pg"))", user = "keeper", password = secrets.get("pg/password"),
                    }
                  end,
                }
                """
            )
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.exitCode == 0, "\(ended)")
            let rows = "COPY (SELECT * FROM items ORDER BY id) TO STDOUT"
            #expect(try await psql(site, "copy", rows) == psql(site, "app", rows))
            // It is one transaction: a second time finds the tables there, and changes nothing.
            let again = try await site.moonkeep("run", "workflow.lua")
            #expect(again.exitCode == 1, "\(again)")
            #expect(again.error.contains("'pg_restore' ended with the exit code 1"), "\(again)")
            #expect(try await psql(site, "copy", rows) == psql(site, "app", rows))
            try await site.expectNowhere(Self.password, [ended, again])
        }
    }

    @Test(.enabled(if: Machine.postgresFolder != nil, "PostgreSQL is not installed"))
    func `a whole cluster of PostgreSQL is dumped as text`() async throws {
        try await withPostgres { site in
            let ended = try await site.start(Self.arguments(site)).end()
            #expect(ended.exitCode == 0, "\(ended)")
            let text = try String(contentsOfFile: try await site.restoredDump(), encoding: .utf8)
            #expect(text.contains("CREATE ROLE keeper;"))
            #expect(text.contains("\\connect app\n"))
            #expect(text.contains("\n5000\tnäme 5000\\t'\"\t"))
            #expect(text.hasSuffix("-- PostgreSQL database cluster dump complete\n--\n\n"))
        }
    }

    @Test(.enabled(if: Machine.postgresFolder != nil, "PostgreSQL is not installed"))
    func `with a wrong password of PostgreSQL the run fails and leaves nothing`() async throws {
        try await withPostgres { site in
            try site.keep("Wr0ng-of-the-keeper")
            let ended = try await site.start(Self.arguments(site, "--database", "app")).end()
            #expect(ended.exitCode == 1, "\(ended)")
            #expect(
                ended.error.contains(
                    "'pg_dump' ended with the exit code 1: pg_dump: error: connection to server"
                )
            )
            #expect(ended.error.contains("password authentication failed"))
            try await site.expectNothing(of: ["Wr0ng-of-the-keeper", Self.password], [ended])
        }
    }

    @Test(.enabled(if: Machine.postgresFolder != nil, "PostgreSQL is not installed"))
    func `a cancelled dump leaves nothing, and its password was in no command line`() async throws {
        try await withPostgres { site in
            let lock = try Program(
                "/usr/bin/psql",
                ["--no-psqlrc", "-c", "BEGIN; LOCK TABLE items; SELECT pg_sleep(600)"],
                in: site.folder,
                environment: Self.variables(site, "app")
            )
            defer { lock.send(SIGKILL) }
            func locks(_ isGranted: Bool) async throws -> Int {
                let text =
                    "SELECT count(*) FROM pg_locks WHERE relation = 'items'::regclass AND granted = \(isGranted)"
                return Int(try await psql(site, "app", text).filter(\.isNumber)) ?? 0
            }
            while try await locks(true) == 0 {}
            let program = try site.start(Self.arguments(site, "--database", "app"))
            while try await locks(false) == 0, kill(program.processID, 0) == 0 {}
            #expect(try site.names(in: "dumps").count == 1)
            let lines = try CommandLines.all()
            #expect(lines.contains { $0.contains("pg_dump\0--no-password\0--format=custom") })
            #expect(!lines.contains { $0.contains(Self.password) })
            program.send(SIGTERM)
            let ended = await program.end()
            #expect(ended.exitCode == 130, "\(ended)")
            try await site.expectNothing(of: [Self.password], [ended])
        }
    }

    // MARK: MariaDB

    private func mariadb(_ site: TestSite, _ words: String...) async throws -> String {
        try await site.succeed(
            [
                "/usr/bin/mariadb", "--no-defaults", "--socket=\(site.path("maria/s"))", "--user=keeper",
                "--batch",
            ] + words,
            environment: ["MYSQL_PWD": Self.password]
        )
    }

    private func withMariaDB(_ test: (TestSite) async throws -> Void) async throws {
        try await withSources { site in
            let server = try await DatabaseServer.mariadb(password: Self.password, in: site)
            do {
                _ = try await mariadb(
                    site,
                    "--execute",
                    "CREATE DATABASE app; USE app; CREATE TABLE items (id int PRIMARY KEY, name text, data blob) ENGINE = InnoDB CHARSET utf8mb4; INSERT INTO items SELECT seq, CONCAT('name ', seq, '\\t''\"'), UNHEX(SHA2(seq, 256)) FROM seq_1_to_5000"
                )
                try await site.allow(
                    """
                    local mariadb = require("mariadb")
                    return {
                      name = "maria", api = 1,
                      needs = { "shell:mariadb-dump:env=MYSQL_PWD", "fs:write:\(site.path("dumps"))", "secrets:pg/password" },
                      run = function()
                        report.add(mariadb.backup {
                          database = "app", socket = "\(site.path("maria/s"))", user = "keeper",
                          password = secrets.get("pg/password"), configuration = "databases", folder = "\(site.path("dumps"))",
                        })
                      end,
                    }
                    """
                )
                try await test(site)
            } catch {
                await server.end()
                throw error
            }
            await server.end()
        }
    }

    @Test(.enabled(if: Machine.hasMariaDB, "MariaDB is not installed"))
    func `a database of MariaDB is dumped, backed up, restored and the same`() async throws {
        try await withMariaDB { site in
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(try site.names(in: "dumps") == [])
            let dump = try await site.restoredDump()
            _ = try await mariadb(site, "--execute", "CREATE DATABASE copy")
            _ = try await mariadb(site, "copy", "--execute", "source \(dump)")
            let rows = "SELECT id, name, HEX(data) FROM items ORDER BY id"
            let original = try await mariadb(site, "app", "--execute", rows)
            #expect(original.split(separator: "\n").count == 5_001)
            #expect(try await mariadb(site, "copy", "--execute", rows) == original)
            try await site.expectNowhere(Self.password, [ended])
        }
    }

    @Test(.enabled(if: Machine.hasMariaDB, "MariaDB is not installed"))
    func `with a wrong password of MariaDB the run fails and leaves nothing`() async throws {
        try await withMariaDB { site in
            try site.keep("Wr0ng-of-the-keeper")
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.exitCode == 1, "\(ended)")
            #expect(
                ended.error.contains(
                    "'mariadb-dump' ended with the exit code 2: mariadb-dump: Got error: 1045"
                )
            )
            try await site.expectNothing(of: ["Wr0ng-of-the-keeper", Self.password], [ended])
        }
    }

    // MARK: SQLite

    private func allowSQLite(_ site: TestSite) async throws {
        try await site.allow(
            """
            local sqlite = require("sqlite")
            return {
              name = "lite", api = 1, needs = { "shell:sqlite3", "fs:write:\(site.path("dumps"))" },
              run = function()
                report.add(sqlite.backup {
                  database = "\(site.path("app.sqlite"))", configuration = "databases", folder = "\(site.path("dumps"))",
                })
              end,
            }
            """
        )
    }

    @Test(.enabled(if: Machine.hasSQLite, "sqlite3 is not installed"))
    func `a database of SQLite is copied, backed up, restored and the same`() async throws {
        try await withSources { site in
            try await site.succeed([
                "/usr/bin/sqlite3", site.path("app.sqlite"),
                "PRAGMA journal_mode = wal; CREATE TABLE items (id integer PRIMARY KEY, name, data); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO items SELECT i, 'näme ' || i, randomblob(32) FROM n",
            ])
            try await allowSQLite(site)
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(try site.names(in: "dumps") == [])
            let rows = "SELECT id, name, hex(data) FROM items ORDER BY id"
            let copy = try await site.succeed(["/usr/bin/sqlite3", try await site.restoredDump(), rows])
            #expect(copy.split(separator: "\n").count == 5_000)
            #expect(try await site.succeed(["/usr/bin/sqlite3", site.path("app.sqlite"), rows]) == copy)
        }
    }

    @Test(.enabled(if: Machine.hasSQLite, "sqlite3 is not installed"))
    func `a database of SQLite that is not there fails the run, and is not made`() async throws {
        try await withSources { site in
            try await allowSQLite(site)
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.exitCode == 1, "\(ended)")
            #expect(ended.error.contains("'sqlite3' ended with the exit code 1"))
            #expect(!site.exists("app.sqlite"))
            try await site.expectNothing(of: [], [ended])
        }
    }

    @Test(.enabled(if: Machine.hasSQLite, "sqlite3 is not installed"))
    func `a configuration without the folder of the dumps fails the run`() async throws {
        try await withSources { site in
            try site.write("configurations: [{name: databases, inclusions: [source]}]\n", to: "moonkeep.yaml")
            try await site.succeed(["/usr/bin/sqlite3", site.path("app.sqlite"), "CREATE TABLE items (id)"])
            try await allowSQLite(site)
            let ended = try await site.moonkeep("run", "workflow.lua")
            #expect(ended.exitCode == 1, "\(ended)")
            #expect(try site.names(in: "dumps") == [])
        }
    }
}

/// The command lines of all processes; their words end with NUL.
enum CommandLines {
    static func all() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }.compactMap {
            FileManager.default.contents(atPath: "/proc/\($0)/cmdline").map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }
}

extension TestSite {
    /// Puts the secret `pg/password` into its place.
    func keep(_ password: String) throws {
        try keep(password, as: "pg/password")
    }

    /// Restores the newest backup into another folder, and answers the path of the one file in it.
    fileprivate func restoredDump() async throws -> String {
        let id = try #require(try await newestBackup()["id"] as? String)
        let ended = try await moonkeep("restore", id, "--to", "elsewhere")
        try #require(ended.exitCode == 0, "\(ended)")
        let files = try await succeed(["/usr/bin/find", path("elsewhere"), "-type", "f"]).split(
            separator: "\n"
        )
        try #require(files.count == 1, "\(files)")
        return String(files[0])
    }

    /// Expects that no dump and no backup is left, and no secret.
    fileprivate func expectNothing(of secrets: [String], _ ends: [Ended]) async throws {
        #expect(try names(in: "dumps") == [])
        #expect(try await moonkeep("backups", "--json").jsonList().isEmpty)
        for secret in secrets { try await expectNowhere(secret, ends) }
    }
}
