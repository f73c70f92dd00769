import ArgumentParser
import BackupAPI
import BackupServer
import Foundation
import PluginHost

struct Tokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Makes, lists and revokes the tokens that clients of 'moonkeep serve' sign in with.",
        subcommands: [CreateToken.self, ListTokens.self, RevokeToken.self, CreateUser.self, RemoveUser.self]
    )
}

struct CreateToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a token and prints it; it is not shown again.",
        discussion: Role.explanation
    )

    @OptionGroup var site: SiteOptions

    @Option(help: ArgumentHelp("How long it works: 12h, 30d.", valueName: "duration"))
    var lifetime = "30d"

    @Option(help: "What its holder may do: observer, creator or admin.")
    var role = Role.admin

    @Argument(help: "What it is for.")
    var name: String

    func run() async throws {
        let site = try site.open()
        let lifetime = try Lifetime.read(lifetime)
        try await ServerFailure.naming {
            let token = try await site.tokens().createToken(
                for: name,
                project: site.file.server.project,
                role: role.principal,
                lifetime: lifetime
            )
            Console.standardError.writeLine(
                "token \(token.id) for '\(name)', until \(token.expires.local):"
            )
            if let note = role.note(site.file.server) { Console.standardError.writeLine(note) }
            Console.standardOutput.writeLine(token.secret)
        }
    }
}

struct ListTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the tokens, without their secrets."
    )

    @OptionGroup var site: SiteOptions

    func run() async throws {
        let site = try site.open()
        try await ServerFailure.naming {
            let tokens = try await site.tokens().tokens()
            guard !tokens.isEmpty else { return Console.standardOutput.writeLine("There are no tokens yet.") }
            let rows = tokens.map { token in
                [
                    token.id, token.principal.name, token.principal.role.rawValue, token.created.local,
                    token.expires.local, token.isLogin ? "login" : "by hand",
                ]
            }
            let table = TextTable(columns: ["id", "for", "role", "made", "until", "by"], rows: rows)
            for line in table.lines() { Console.standardOutput.writeLine(line) }
        }
    }
}

struct RevokeToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Makes a token worthless at once."
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "The token's id.")
    var id: String

    func run() async throws {
        let site = try site.open()
        try await ServerFailure.naming {
            try await site.tokens().revokeToken(id)
            Console.standardOutput.writeLine("revoked the token \(id)")
        }
    }
}

struct CreateUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-user",
        abstract: "Makes a user who signs in with an API key, and prints the key; it is not shown again.",
        discussion: Role.explanation
    )

    @OptionGroup var site: SiteOptions

    @Option(help: "What the user may do: observer, creator or admin.")
    var role = Role.admin

    @Argument(help: "The user's name.")
    var name: String

    func run() async throws {
        let site = try site.open()
        try await ServerFailure.naming {
            let key = try await site.tokens().createUser(
                name,
                project: site.file.server.project,
                role: role.principal
            )
            if let note = role.note(site.file.server) { Console.standardError.writeLine(note) }
            Console.standardOutput.writeLine(key)
        }
    }
}

struct RemoveUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove-user",
        abstract: "Removes a user with all tokens of theirs."
    )

    @OptionGroup var site: SiteOptions

    @Argument(help: "The user's name.")
    var name: String

    func run() async throws {
        let site = try site.open()
        try await ServerFailure.naming {
            try await site.tokens().removeUser(name)
            Console.standardOutput.writeLine("removed the user '\(name)'")
        }
    }
}

/// What a token's or user's holder may do.
enum Role: String, ExpressibleByArgument, CaseIterable {
    case observer, creator, admin

    /// What each may do, for the help of the commands that give a role.
    static let explanation = """
        An observer reads what there is. A creator also makes and changes configurations and starts backups, restores and \
        cleanups. That is power over this host: a creator backs up any file that the user of 'moonkeep serve' can read, lists \
        its folders, and restores to any place where that user can write, root's own files when that is root. 'restore_below' \
        under 'server' in the site file names the folders that restores through the server are limited to. An admin also \
        deletes configurations.
        """

    /// What to know when the role is given; `nil` for one that only reads.
    func note(_ settings: ServerSettings) -> String? {
        guard self != .observer else { return nil }
        let place =
            settings.restoreBelow == nil
            ? "restore to any place it can write (the site file's 'restore_below' under 'server' limits that)"
            : "restore below the folders of 'restore_below' in the site file"
        return
            "note: \(self == .admin ? "an" : "a") \(rawValue) can back up any file that the server's user can read, and \(place)"
    }

    var principal: Principal.Role {
        switch self {
        case .observer: .observer
        case .creator: .creator
        case .admin: .admin
        }
    }
}

/// How long a token lives.
enum Lifetime {
    static func read(_ text: String) throws -> Duration {
        guard let seconds = TimeSpan.seconds(of: text), (1...36_500 * 86_400).contains(seconds) else {
            throw CommandError("--lifetime '\(text)' is no duration", fix: "Write, for example, 12h or 30d.")
        }
        return .seconds(seconds)
    }
}

/// The server's errors as the command's own.
enum ServerFailure {
    static func naming<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as ServerError {
            throw CommandError(error.message, fix: error.fix)
        }
    }
}

extension Site {
    /// Who may use this site's server.
    func tokens() throws -> FileTokenStore {
        try FileManager.default.createDirectory(
            atPath: stateFolder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        return FileTokenStore(path: stateFolder + "/tokens.json", now: Clocks.now)
    }
}
