public import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// Backups, restores and cleanups of a page together, the one that changed last first unless it says otherwise.
    ///
    /// With both a configuration and an agent, the configuration's list is filtered by the agent.
    public func activities(_ filter: ActivityFilter) async throws -> [Activity] {
        try Self.check(limit: filter.page.limit)
        let pages = allActivities(filter)
        var found: [Activity] = []
        do {
            for try await activity in pages where found.count < filter.page.limit {
                if let agent = filter.agent, filter.configuration != nil, activity.agent.id != agent {
                    continue
                }
                found.append(activity)
                if found.count == filter.page.limit { break }
            }
        } catch let error as BackupError where [.unknownAgent, .unknownConfiguration].contains(error.code) {
            // Nothing has happened to what is not known.
            return []
        }
        return found
    }

    /// A page has at least one item.
    static func check(limit: Int) throws {
        guard limit >= 1 else {
            throw BackupError.invalidRequest(["limit must be at least 1, and is \(limit)"])
        }
    }

    /// The events of a subject after the page's marker, oldest first unless it says otherwise.
    public func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event] {
        try await list(.events(of: subject), "events", page, isAscending: true, Event.init(reading:))
    }

    /// The items of a page, which may take several of the service's pages.
    func list<Item: Identifiable & Sendable>(
        _ request: CloudRequest,
        _ key: String,
        _ page: Page<Item>,
        isAscending: Bool = false,
        _ read: @escaping @Sendable (JSONValue) throws(Missing) -> Item
    ) async throws -> [Item] where Item.ID == ResourceID<Item> {
        try Self.check(limit: page.limit)
        let pages = PagedList(
            api: api,
            request: request,
            key: key,
            start: page.marker?.rawValue,
            pageSize: page.limit,
            isAscending: page.isAscending ?? isAscending,
            read: read
        )
        var items: [Item] = []
        for try await item in pages {
            items.append(item)
            if items.count >= page.limit { break }
        }
        return items
    }
}

extension CloudBackupService {
    /// Every backup, newest first, page by page as the iteration goes on.
    public var allBackups: PagedList<Backup> { all("backups", Backup.init(reading:)) }

    /// Every restore, newest first, page by page as the iteration goes on.
    public var allRestores: PagedList<Restore> { all("restores", Restore.init(reading:)) }

    /// Every cleanup, newest first, page by page as the iteration goes on.
    public var allCleanups: PagedList<Cleanup> { all("cleanups", Cleanup.init(reading:)) }

    /// Every activity of a configuration, or else of an agent, or else of the project, from the filter's marker on and
    /// in its order; its limit is the size of the pages.
    public func allActivities(_ filter: ActivityFilter = ActivityFilter()) -> PagedList<Activity> {
        let request: CloudRequest =
            if let id = filter.configuration {
                .configuration(id).below("activities")
            } else if let id = filter.agent {
                .agent(id).below("activities")
            } else {
                CloudRequest(.GET, "activities")
            }
        return PagedList(
            api: api,
            request: request,
            key: "activities",
            start: filter.page.marker?.rawValue,
            pageSize: filter.page.limit,
            isAscending: filter.page.isAscending ?? false,
            read: Activity.init(reading:)
        )
    }

    /// Every event of a subject that has not expired, oldest first.
    public func allEvents(of subject: EventSubject) -> PagedList<Event> {
        PagedList(
            api: api,
            request: .events(of: subject),
            key: "events",
            start: nil,
            pageSize: 100,
            isAscending: true,
            read: Event.init(reading:)
        )
    }

    private func all<Item: Identifiable & Sendable>(
        _ name: String,
        _ read: @escaping @Sendable (JSONValue) throws(Missing) -> Item
    ) -> PagedList<Item> where Item.ID == ResourceID<Item> {
        PagedList(
            api: api,
            request: CloudRequest(.GET, name),
            key: name,
            start: nil,
            pageSize: 100,
            isAscending: false,
            read: read
        )
    }
}
