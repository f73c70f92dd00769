import Foundation
import Glibc
import Testing

/// A database server that a test starts in the site's folder, reached by a socket there, and ends by its own process id.
final class DatabaseServer: Sendable {
    /// The folder of its socket and of its data.
    let folder: String
    private let program: Program
    private let user: String?

    /// Starts a server as a user who is not root. `folder` belongs to the user from now on.
    private init(_ command: [String], as user: String?, in folder: String, _ environment: [String: String])
        throws
    {
        self.folder = folder
        self.user = user
        let words = Self.words(command, as: user)
        program = try Program(words[0], Array(words.dropFirst()), in: folder, environment: environment)
    }

    /// The words that run a command as a user; servers refuse to run as root.
    private static func words(_ command: [String], as user: String?) -> [String] {
        guard let user else { return command }
        return ["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups"] + command
    }

    private static func makeFolder(_ name: String, for user: String?, in site: TestSite) async throws
        -> String
    {
        try site.makeFolder(name)
        guard let user else { return site.path(name) }
        let ended = try await site.execute("/bin/chown", "\(user):", site.path(name))
        try #require(ended.exitCode == 0, "\(ended)")
        return site.path(name)
    }

    /// PostgreSQL with the superuser `keeper` and a password, on a socket of port 5432.
    static func postgres(password: String, in site: TestSite) async throws -> DatabaseServer {
        let bin = try #require(Machine.postgresFolder)
        let user = Machine.isRoot ? "postgres" : nil
        let folder = try await makeFolder("pg", for: user, in: site)
        try site.write(password + "\n", to: "pg/password")
        _ = try await site.execute("/bin/chmod", "644", folder + "/password")
        let data = folder + "/data"
        try await site.succeed(
            words(
                [
                    bin + "/initdb", "--pgdata", data, "--username", "keeper", "--pwfile",
                    folder + "/password",
                    "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync",
                ],
                as: user
            )
        )
        try site.remove("pg/password")
        let server = try DatabaseServer(
            [bin + "/postgres", "-D", data, "-c", "listen_addresses=", "-k", folder, "-c", "fsync=off"],
            as: user,
            in: folder,
            site.environment
        )
        let isReady = await server.program.error.reaches {
            $0.contains("database system is ready to accept connections")
        }
        try #require(isReady, "\(server.program.error.text)")
        return server
    }

    /// MariaDB with the user `keeper`, who has a password and may do everything.
    static func mariadb(password: String, in site: TestSite) async throws -> DatabaseServer {
        let user = Machine.isRoot ? "mysql" : nil
        let folder = try await makeFolder("maria", for: user, in: site)
        let data = folder + "/data"
        try await site.succeed(
            words(
                [
                    "/usr/bin/mariadb-install-db", "--no-defaults", "--datadir=\(data)", "--skip-test-db",
                    "--auth-root-authentication-method=normal",
                ],
                as: user
            )
        )
        try site.write(
            "CREATE USER keeper@localhost IDENTIFIED BY '\(password)';\nGRANT ALL ON *.* TO keeper@localhost;\n",
            to: "maria/init.sql"
        )
        let server = try DatabaseServer(
            [
                "/usr/sbin/mariadbd", "--no-defaults", "--datadir=\(data)", "--socket=\(folder)/s",
                "--pid-file=\(folder)/pid", "--skip-networking", "--init-file=\(folder)/init.sql",
            ],
            as: user,
            in: folder,
            site.environment
        )
        let isReady = await server.program.error.reaches { $0.contains("ready for connections") }
        try #require(isReady, "\(server.program.error.text)")
        try site.remove("maria/init.sql")
        return server
    }

    /// Ends the server and waits for that.
    func end() async {
        program.send(SIGTERM)
        _ = await program.end(within: .seconds(60))
    }
}

extension Machine {
    /// The folder of PostgreSQL's programs; `nil` where the server is not installed.
    static let postgresFolder: String? = {
        let base = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        return versions.sorted().map { "\(base)/\($0)/bin" }.last {
            FileManager.default.isExecutableFile(atPath: $0 + "/initdb") && (!isRoot || hasTools)
        }
    }()

    static let hasMariaDB = ["/usr/sbin/mariadbd", "/usr/bin/mariadb-install-db", "/usr/bin/mariadb-dump"]
        .allSatisfy { FileManager.default.isExecutableFile(atPath: $0) && (!isRoot || hasTools) }
}

extension TestSite {
    /// Runs a program in the site's folder, which must succeed, and answers its output.
    @discardableResult
    func succeed(_ words: [String], environment changes: [String: String] = [:]) async throws -> String {
        let ended = try await Program(
            words[0],
            Array(words.dropFirst()),
            in: folder,
            environment: environment.merging(changes) { $1 }
        ).end()
        try #require(ended.exitCode == 0, "\(words): \(ended)")
        return ended.output
    }
}
