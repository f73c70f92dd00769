import BackupAPI
import CloudBackup
import Foundation
import LocalBackup
import Logging
import LuaKit
import RunJournal
import ScriptLibrary
import HostSystem

/// The folder and file that say which back end and which configurations there are.
struct Site: Sendable {
    /// The absolute path of the folder.
    let folder: String
    let file: SiteFile
    /// What is in force of the file while the site is served.
    var live: LiveSite?
    /// What runs the site's scripts.
    let lua = SiteLua()

    static let fileName = "moonkeep.yaml"
    static let variable = "MOONKEEP_SITE"

    /// Opens the site that is named, or that the environment names, or the nearest one from the current folder upwards.
    static func find(_ named: String?) throws -> Site { try Site(folder: folder(named: named)) }

    /// The folder of the site that `find` opens. Throws where nothing names one and there is none upwards.
    static func folder(named: String?) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let current = FileManager.default.currentDirectoryPath
        if let name = named ?? environment[variable].flatMap({ $0.isEmpty ? nil : $0 }) {
            return withoutFile(absolute(name, from: current))
        }
        var folder = current
        while true {
            if FileManager.default.fileExists(atPath: folder + "/" + fileName) { return folder }
            guard folder != "/", !folder.isEmpty else { break }
            folder = URL(filePath: folder).deletingLastPathComponent().path
        }
        throw CommandError(
            "there is no \(fileName) in '\(current)' or above it",
            fix: "Make a site with 'moonkeep init', or name one with --site or in \(variable)."
        )
    }

    private static func withoutFile(_ path: String) -> String {
        path.hasSuffix("/" + fileName) ? String(path.dropLast(fileName.count + 1)) : path
    }

    /// Reads the site in a folder.
    init(folder: String) throws {
        self.folder = folder
        let path = self.folder + "/" + Self.fileName
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                "there is no site file '\(path)'",
                fix: "Make a site there with 'moonkeep init \(self.folder)', or name another one."
            )
        }
        try SiteTrust(folder: self.folder).check()
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(
                "the site file '\(path)' cannot be read",
                fix: "Check its type and permissions."
            )
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandError("the site file '\(path)' is not UTF-8", fix: "Save it as UTF-8.")
        }
        file = try SiteFile(text: text, path: path, folder: self.folder)
        guard file.cloud == nil else { return }
        for case .file(let path) in file.repositories.map(\.password) {
            try SiteTrust.check(secret: path, "password file")
        }
    }

    /// The path of something in the site's folder.
    func path(_ name: String) -> String { Self.absolute(name, from: folder) }

    var stateFolder: String { path("state") }

    /// What the file says to a plugin, as of now.
    @Sendable func settings(ofPlugin name: String) -> LuaValue { (live?.file ?? file).plugins[name] ?? .nil }

    /// The service that the site chooses. What it cannot do beside what it is asked for is told in `log`.
    func openService(log: Logger = .ofCommands) async throws -> any BackupService {
        if let cloud = file.cloud { return try CloudBackupService(cloud, now: Clocks.now) }
        var environment = ProcessInfo.processInfo.environment
        if environment["PATH"] == nil { environment["PATH"] = ProgramLocation.usualPath }
        return try await openLocalService(environment, log)
    }

    /// The service on this machine, for what only a person does with its repository. Throws for a site of another service.
    func openLocalService() async throws -> LocalBackupService {
        guard let service = try await openService() as? LocalBackupService else {
            throw CommandError(
                "the site '\(folder)' has no repository of its own",
                fix: "Its backups are those of the service that 'cloud' in '\(path(Self.fileName))' names."
            )
        }
        return service
    }

    private func openLocalService(_ environment: [String: String], _ log: Logger) async throws
        -> LocalBackupService
    {
        var settings = LocalSettings(
            stateFolder: stateFolder,
            repositories: file.repositories,
            resticProgram: file.resticProgram,
            environment: environment,
            configurations: file.configurations,
            configurationFile: path(Self.fileName)
        )
        settings.parallel = file.parallel
        settings.cleanup = file.cleanup
        let secrets = SecretKeeper(Site.secrets(of: self))
        settings.secret = { try await secrets.text(of: $0) }
        return try await LocalBackupService.open(settings, now: Clocks.now, log: log)
    }

    /// What each run of the site did.
    func openJournal() throws -> RunStore {
        try RunStore(path: stateFolder + "/journal.sqlite")
    }

    static func absolute(_ path: String, from folder: String) -> String {
        let url = path.hasPrefix("/") ? URL(filePath: path) : URL(filePath: folder).appending(path: path)
        return url.standardizedFileURL.path
    }
}
