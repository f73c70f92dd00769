public import BackupAPI
import Foundation
import Glibc
import HostSystem

extension LocalBackupService {
    /// The mails that wait for being tried, or tried again, in the order of the writing. Whoever ended a backup less than a moment
    /// ago may not have written its mails yet.
    public func waitingMails() async throws -> [MailRecord] {
        try await site.catalog.outbox.mailsDue(now: Timestamp(microseconds: .max)).map(\.record)
    }

    /// The mails about a backup, in the order of their destinations in its configuration. Empty for a backup that is
    /// not over, or about whose end nobody is told.
    public func mails(about backup: ResourceID<Backup>) async throws -> [MailRecord] {
        try await site.catalog.outbox.mails(about: backup.rawValue).map(\.record)
    }

    /// Backups, restores and cleanups together; see `BackupService`. Another agent than this host has none.
    public func activities(_ filter: ActivityFilter) async throws -> [Activity] {
        try await keeper.reconcile()
        guard filter.agent == nil || filter.agent == agent else { return [] }
        return try await site.catalog.activities(
            configuration: filter.configuration,
            filter.page,
            agent: agent
        )
    }

    /// The events of a subject (contract 3.4); they expire after a day.
    ///
    /// Of a run's progress there is an event a second, and the last hundred are kept.
    public func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event] {
        try await keeper.reconcile()
        switch subject {
        case .agent(let id): try checkAgent(id)
        case .configuration(let id): _ = try await configuration(id)
        default: break
        }
        return try await site.catalog.events.events(of: subject, page, agent: agent)
    }

    /// What is wrong with the catalog's file; empty when it is sound.
    package func catalogProblems() async throws -> [String] {
        try await site.catalog.file.integrityProblems()
    }

    /// The one agent: this host. Its version is restic's, and empty while restic cannot be found.
    public func agents() async throws -> [Agent] {
        let version: String
        do {
            version = try await site.tool.identify().version.description
        } catch let error as BackupError where error.code == .toolMissing {
            // The host is there all the same, and what it has done can be looked at.
            version = ""
        }
        return [
            Agent(
                id: agent,
                name: site.settings.hostName ?? ProcessInfo.processInfo.hostName,
                version: version,
                host: AgentHost(flavor: "rackspace_private_cloud", os: Self.operatingSystem()),
                links: ["self", "activities", "configurations", "events", "status"].map { rel in
                    Link(href: "/v2/agents/\(agent)" + (rel == "self" ? "" : "/\(rel)"), rel: rel)
                }
            )
        ]
    }

    /// Adds the event only: this host is awake. Throws `unknown_agent`.
    public func activate(_ agent: ResourceID<Agent>?, mode: AgentMode) async throws {
        if let agent { try checkAgent(agent) }
        try await site.catalog.events.addActivation(mode, now: site.now())
    }

    /// The entries of a folder of this host, by name. Throws `unknown_agent`, and `unknown_path`.
    public func browse(agent: ResourceID<Agent>, path: String) async throws -> [BrowseItem] {
        try checkAgent(agent)
        return try Self.entries(of: path)
    }

    private static func entries(of path: String) throws -> [BrowseItem] {
        let folder = BytePath(path)
        guard path.isAbsolutePath, !path.contains("\0"), folder.kind(followingLink: true) == .folder else {
            throw BackupError.unknownFolder(path, in: "this host")
        }
        do {
            return try folder.entries().map { BrowseItem(name: $0, in: folder) }.sorted { $0.name < $1.name }
        } catch {
            throw BackupError.file("cannot list the folder", path, error)
        }
    }

    /// The facts of os-release(5).
    private static func operatingSystem() -> OperatingSystem {
        var values: [Substring: String] = [:]
        let text = try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)
        for line in (text ?? "").split(separator: "\n") {
            let pair = line.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            values[pair[0]] = pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
        }
        return OperatingSystem(
            name: values["NAME"] ?? "Linux",
            version: values["VERSION_ID"] ?? "",
            architecture: "\(Int.bitWidth)-bit"
        )
    }
}

extension BackupError {
    /// There is no folder with this path.
    static func unknownFolder(_ path: String, in place: String) -> BackupError {
        BackupError(
            .unknownPath,
            "there is no folder '\(path.replacing("\0", with: "\\0"))' in \(place)",
            fix: "Give the absolute path of a folder."
        )
    }
}

extension BrowseItem {
    fileprivate init(name: [UInt8], in folder: BytePath) {
        let path = folder.appending(name)
        let isText = String(validating: name, as: UTF8.self) != nil
        let mimeType =
            switch path.kind() {
            case .folder: BrowseItem.folderType
            case .link: BrowseItem.linkType
            default: BrowseItem.fileType
            }
        self.init(
            name: String(decoding: name, as: UTF8.self),
            encodedName: isText ? nil : Data(name).base64EncodedString(),
            bytes: path.kind() == .file ? Int64(path.facts()?.st_size ?? 0) : 0,
            mimeType: mimeType
        )
    }
}
