import BackupAPI
import BackupServer
import CloudBackup
import Foundation
import LocalBackup
import HostSystem
import Mail

/// What a site file says of the service and of the server.
extension SiteFile {
    /// Which back end does the backups.
    enum Service: String, CaseIterable {
        /// restic on this machine.
        case local
        /// The Cloud Backup API over HTTP.
        case cloud
    }

    static func service(_ reader: YAMLReader) throws -> Service {
        let text = try reader.text()
        guard let service = Service(rawValue: text) else {
            throw reader.error("'\(text)' is no service", fix: "Known are: local, cloud.")
        }
        return service
    }

    // MARK: Cloud

    static func cloud(_ reader: YAMLReader, folder: String) throws -> CloudSettings {
        let record = try reader.record(cloudServiceKeys)
        let endpoint: CloudSettings.Endpoint
        switch (record["url"], record["region"]) {
        case (let url?, nil): endpoint = .baseURL(try url.text())
        case (nil, let region?): endpoint = .region(try region.text())
        default: throw reader.error("'cloud' needs either 'url' or 'region'")
        }
        return CloudSettings(
            endpoint: endpoint,
            credentials: try credentials(reader, record, folder: folder),
            projectID: try record["project"]?.text(),
            agent: try record["agent"].map { ResourceID(try $0.text()) },
            allowsPlainHTTP: try record["allow_plain_http"]?.flag() ?? false
        )
    }

    private static func credentials(
        _ reader: YAMLReader,
        _ record: SiteRecord,
        folder: String
    ) throws -> CloudCredentials {
        switch (record["api_key_file"], record["token_file"]) {
        case (let file?, nil):
            guard let user = record["user"] else { throw reader.error("'api_key_file' goes with 'user'") }
            let path = try file.path(from: folder)
            let identity = try record["identity_url"]?.text() ?? CloudCredentials.publicIdentityURL
            return .apiKey(userName: try user.text(), identityURL: identity) {
                try secret(in: path, "the API key")
            }
        case (nil, let file?):
            let path = try file.path(from: folder)
            return .token { try secret(in: path, "the token") }
        default: throw reader.error("'cloud' needs either 'user' and 'api_key_file', or 'token_file'")
        }
    }

    /// The first line of a file that only its owner may read.
    private static func secret(in path: String, _ what: String) throws -> String {
        do {
            try FileTrust().checkSecret(path)
        } catch {
            throw BackupError(
                .unauthorized,
                "\(what) is not safe: '\(error.path)' \(error.fault)",
                fix: error.fix
            )
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw BackupError(.unauthorized, "\(what) could not be read from '\(path)'", fix: "Put it there.")
        }
        return String(text.prefix { !$0.isNewline })
    }

    // MARK: Server and mail

    static func server(_ reader: YAMLReader, folder: String) throws -> ServerSettings {
        let record = try reader.record(serverKeys)
        var settings = ServerSettings()
        if let host = record["host"] { settings.host = try host.text() }
        if let port = record["port"] { settings.port = try port.integer(0...65_535) }
        if let project = record["project"] { settings.project = try project.text() }
        settings.baseURL = try record["url"]?.text()
        settings.allowsPlainText = try record["allow_plain_text"]?.flag() ?? false
        if let below = record["restore_below"] {
            let folders = below.isList ? try below.list() : [below]
            settings.restoreBelow = try folders.map { try $0.path(from: folder) }
        }
        switch (record["certificate"], record["key"]) {
        case (let certificate?, let key?):
            settings.tls = ServerSettings.TLS(
                certificateFile: try certificate.path(from: folder),
                keyFile: try key.path(from: folder)
            )
        case (nil, nil): break
        default: throw reader.error("'certificate' and 'key' go together")
        }
        return settings
    }

    static func mail(_ reader: YAMLReader, folder: String) throws -> MailSettings {
        let record = try reader.record(mailKeys)
        guard let host = record["host"], let from = record["from"] else {
            throw reader.error("'smtp' needs 'host' and 'from'")
        }
        var settings = MailSettings(host: try host.text(), from: try from.text())
        if let security = record["security"] {
            guard let known = MailSettings.Security(rawValue: try security.text()) else {
                throw try security.error(
                    "'\(security.text())' is no way to protect a connection",
                    fix: "Known are: none, starttls, tls."
                )
            }
            settings.security = known
        }
        settings.port = try record["port"]?.integer(1...65_535) ?? settings.security.usualPort
        settings.user = try record["user"]?.text()
        settings.password = try record["password_file"].map { .file(try $0.path(from: folder)) }
        settings.certificateAuthorities = try record["certificate_authorities"]?.path(from: folder)
        do {
            try settings.check()
        } catch let error as BackupError {
            throw reader.error(error.message)
        }
        return settings
    }
}

extension MailSettings.Security {
    fileprivate var usualPort: Int {
        switch self {
        case .none: 25
        case .startTLS: 587
        case .tls: 465
        }
    }
}
