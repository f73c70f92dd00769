import BackupAPI
import Foundation
import Hummingbird

/// Takes requests to list folders, and keeps their answers for a minute (contract 2.2.7 and 2.3.7).
actor BrowseDesk {
    /// What is browsed.
    enum Subject: Hashable, Sendable {
        case agent(ResourceID<Agent>)
        case backup(ResourceID<Backup>)
    }

    private struct Entry {
        let subject: Subject
        let agent: ResourceID<Agent>
        let asked: Timestamp
        var result: BrowseResult?
        var work: Task<Void, Never>?
    }

    private static let lifetime: Duration = .seconds(60)
    private static let maximumEntries = 100

    private let service: any BackupService
    private let now: @Sendable () -> Timestamp
    private let makeID: @Sendable () -> String
    private var entries: [String: Entry] = [:]

    init(
        service: any BackupService,
        now: @escaping @Sendable () -> Timestamp,
        makeID: @escaping @Sendable () -> String
    ) {
        self.service = service
        self.now = now
        self.makeID = makeID
    }

    /// Begins to list a folder, and returns the request's id. Throws a 503 when too many are asked for at a time.
    func browse(_ subject: Subject, path: String, agent: ResourceID<Agent>) throws(Fault) -> String {
        dropOld()
        guard entries.count < Self.maximumEntries else {
            throw Fault(
                status: 503,
                message: "\(Self.maximumEntries) folders were asked for in the last minute",
                headers: [.retryAfter: "60"]
            )
        }
        let id = makeID()
        entries[id] = Entry(subject: subject, agent: agent, asked: now())
        entries[id]?.work = Task { [service] in
            let items: [BrowseItem]?
            switch subject {
            case .agent(let agent): items = try? await service.browse(agent: agent, path: path)
            case .backup(let backup): items = try? await service.browse(backup, path: path)
            }
            finish(id, path: path, items: items)
        }
        return id
    }

    /// The result of a request about an agent. Throws a 404 until there is one, and after a minute.
    ///
    /// The requests of backups are found here, too: the documented `Location` of these names the agent (6.1.3).
    func result(_ id: String, ofAgent agent: ResourceID<Agent>) throws(Fault) -> BrowseResult {
        try result(id) { $0.agent == agent }
    }

    /// The result of a request about a backup. Throws a 404 until there is one, and after a minute.
    func result(_ id: String, ofBackup backup: ResourceID<Backup>) throws(Fault) -> BrowseResult {
        try result(id) { $0.subject == .backup(backup) }
    }

    /// Gives up what is still asked for.
    func close() {
        for entry in entries.values { entry.work?.cancel() }
        entries = [:]
    }

    private func result(_ id: String, where isWanted: (Entry) -> Bool) throws(Fault) -> BrowseResult {
        dropOld()
        guard let entry = entries[id], isWanted(entry), let result = entry.result else {
            throw .notFound("the browse request '\(id)' is unknown, expired or not answered yet")
        }
        return result
    }

    private func finish(_ id: String, path: String, items: [BrowseItem]?) {
        guard let entry = entries[id] else { return }
        let time = now()
        let event: String
        switch entry.subject {
        case .agent: event = "host_browsed"
        case .backup: event = "backup_browsed"
        }
        entries[id]?.result = BrowseResult(
            id: String(time.microseconds),
            time: time,
            event: event,
            agent: .init(id: entry.agent.rawValue),
            requestID: id,
            succeeded: items != nil,
            path: path,
            items: items ?? []
        )
        entries[id]?.work = nil
    }

    private func dropOld() {
        let now = now()
        for (id, entry) in entries where now.since(entry.asked) > Self.lifetime {
            entry.work?.cancel()
            entries[id] = nil
        }
    }
}

extension BrowseDesk {
    /// Reads the folder of a request: `path`, or `path_encoded` in Base64, which must be UTF-8 here.
    static func path(in body: inout ObjectReader) -> String? {
        let plain = body.string("path")
        guard let encoded = body.optionalString("path_encoded") else { return checked(plain, &body) }
        guard let bytes = Data(base64Encoded: encoded), let path = String(validating: bytes, as: UTF8.self)
        else {
            body.note("path_encoded: it must be the Base64 of UTF-8")
            return nil
        }
        return checked(path, &body)
    }

    private static func checked(_ path: String?, _ body: inout ObjectReader) -> String? {
        guard let path else { return nil }
        if !path.isAbsolutePath { body.note("path: '\(path)' is not absolute") }
        return path
    }
}
