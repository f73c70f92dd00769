import BackupAPI
import LocalBackup

/// Where the site's backups are.
extension SiteFile {
    /// The kinds of addresses that restic knows (restic's manual, "Preparing a new repository").
    private static let schemes = ["sftp", "rest", "s3", "gs", "azure", "b2", "swift", "rclone"]
    private static let fastest = 1...10_000_000

    /// The site's repositories, in the order of the file: the one of the short form, or those of the list.
    static func repositories(_ site: SiteRecord, folder: String) throws -> [RepositorySettings] {
        guard let list = site["repositories"] else { return [try onlyRepository(site, folder: folder)] }
        for key in ["repository", "password_file", "password_command", "upload_limit"] {
            if let place = site[key] {
                throw place.error(
                    "'\(key)' and 'repositories' do not go together",
                    fix: "Say it in an entry of the list."
                )
            }
        }
        let repositories = try list.list().map { try repository($0, folder: folder) }
        if let problem = RepositorySettings.problems(of: repositories).first { throw list.error(problem) }
        return repositories
    }

    private static func onlyRepository(_ site: SiteRecord, folder: String) throws -> RepositorySettings {
        var settings = RepositorySettings(
            address: try site["repository"].map { try address($0, folder: folder) }
                ?? Site.absolute("repository", from: folder),
            password: try password(site, folder: folder)
        )
        settings.uploadLimit = try site["upload_limit"]?.integer(fastest)
        if let problem = settings.problems.first, let place = site["password_command"] ?? site["repository"] {
            throw place.error(problem)
        }
        return settings
    }

    private static func repository(_ reader: YAMLReader, folder: String) throws -> RepositorySettings {
        let record = try reader.record(repositoryKeys)
        guard let name = record["name"], let place = record["address"] else {
            throw reader.error("a repository needs 'name' and 'address'")
        }
        var settings = RepositorySettings(
            name: try name.text(),
            address: try address(place, folder: folder),
            password: try password(record, folder: folder)
        )
        settings.environment = try record["environment"].map(environment) ?? [:]
        settings.options = try record["options"]?.named().mapValues { try $0.text() } ?? [:]
        settings.compression = try record["compression"].map(compression)
        settings.cache = try record["cache"].map { try cache($0, folder: folder) } ?? .usual
        settings.uploadLimit = try record["upload_limit"]?.integer(fastest)
        settings.downloadLimit = try record["download_limit"]?.integer(fastest)
        settings.packSize = try record["pack_size"]?.integer(4...128)
        if let problem = settings.problems.first {
            throw reader.error("the repository '\(settings.name)' cannot be used: \(problem)")
        }
        return settings
    }

    private static func password(_ record: SiteRecord, folder: String) throws -> RepositorySettings.Password {
        guard let command = record["password_command"] else {
            return .file(
                try record["password_file"]?.path(from: folder) ?? Site.absolute("password", from: folder)
            )
        }
        guard record["password_file"] == nil else {
            throw command.error("a repository has either 'password_file' or 'password_command'")
        }
        return .command(try command.texts())
    }

    /// What variables are set to: keys with values, or a list of names that are inherited.
    static func environment(_ reader: YAMLReader) throws -> [String: EnvironmentValue] {
        if reader.isList {
            return Dictionary(try reader.texts().map { ($0, .inherited) }, uniquingKeysWith: { $1 })
        }
        return try reader.named().mapValues { place in
            guard let place = place.optional else { return .inherited }
            guard let value = EnvironmentValue(try place.text()) else {
                throw place.error("'secret:' needs the name of a secret behind it")
            }
            return value
        }
    }

    private static func compression(_ reader: YAMLReader) throws -> RepositorySettings.Compression {
        guard let compression = RepositorySettings.Compression(rawValue: try reader.text()) else {
            throw try reader.error(
                "'\(reader.text())' is not a compression",
                fix: "Known are: auto, off, max."
            )
        }
        return compression
    }

    private static func cache(_ reader: YAMLReader, folder: String) throws -> RepositorySettings.Cache {
        switch try reader.text() {
        case "true": .usual
        case "false": .none
        default: .folder(try reader.path(from: folder))
        }
    }

    /// An address as it stands, or the absolute path of a folder, which `local:` may stand before.
    private static func address(_ reader: YAMLReader, folder: String) throws -> String {
        let text = try reader.text()
        let scheme = text.utf8.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
        let rest = text.utf8.dropFirst(scheme.count)
        guard rest.first == UInt8(ascii: ":") else { return try reader.path(from: folder) }
        let name = String(decoding: scheme, as: UTF8.self)
        if schemes.contains(name) { return text }
        guard name == "local" else {
            throw reader.error(
                "restic knows no repositories of the kind '\(name)'",
                fix: """
                    Known are: \(schemes.joined(separator: ", ")). \
                    A folder whose name has a colon is written with './' before it.
                    """
            )
        }
        let path = String(decoding: rest.dropFirst(), as: UTF8.self)
        guard !path.isEmpty else { throw reader.error("'local:' needs the path of a folder") }
        try reader.refuseHome(path)
        return Site.absolute(path, from: folder)
    }
}
