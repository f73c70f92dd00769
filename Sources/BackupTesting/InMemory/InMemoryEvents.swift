internal import BackupAPI

/// Something that happened to a run: the end of an event's name, and how far it was.
struct InMemoryNews {
    let ending: String
    let progress: BackupProgress?

    init(_ ending: String, _ progress: BackupProgress? = nil) {
        self.ending = ending
        self.progress = progress
    }
}

/// All events so far, oldest first. Their ids ascend and start at a number of the contract's samples.
struct InMemoryEvents {
    private var events: [Event] = []
    private var lastNumber = 5_152_883_866

    mutating func expire() {
        events = []
    }

    /// Adds an event about a record; news that the contract has no event for are left out.
    mutating func append<Record: InMemoryRecord>(
        _ news: InMemoryNews,
        about record: Record,
        configuration: ResourceID<Configuration>?,
        at time: Timestamp
    ) {
        guard Record.eventEndings.contains(news.ending) else { return }
        lastNumber += 1
        var event = Event(
            id: ResourceID(String(lastNumber)),
            time: time,
            event: "\(Record.kind)_\(news.ending)",
            agent: .init(id: record.agentID.rawValue),
            configuration: configuration.map { .init(id: $0.rawValue) }
        )
        let subject = Event.Subject(id: record.id.rawValue)
        switch Record.kind {
        case "backup": event.backup = subject
        case "restore": event.restore = subject
        default: event.cleanup = subject
        }
        if news.ending.hasSuffix("_request") {
            event.requestID = ResourceID<Event>.make(lastNumber).rawValue
        }
        if let progress = news.progress {
            event.bytesCompleted = progress.bytesDone
            event.bytesRemaining = max(0, progress.totalBytes - progress.bytesDone)
            event.totalBytes = progress.totalBytes
        }
        events.append(event)
    }

    /// Adds an event that tells of no record; one with a mode names no agent.
    mutating func append(_ event: String, agent: ResourceID<Agent>?, mode: AgentMode?, at time: Timestamp) {
        lastNumber += 1
        events.append(
            Event(
                id: ResourceID(String(lastNumber)),
                time: time,
                event: event,
                agent: mode == nil ? agent.map { .init(id: $0.rawValue) } : nil,
                mode: mode?.rawValue,
                requestID: ResourceID<Event>.make(lastNumber).rawValue
            )
        )
    }

    /// A part of a subject's events. A marker of an event that expired, or never was, counts as older than all.
    func page(of subject: EventSubject, _ page: Page<Event>) throws -> [Event] {
        let isAscending = page.isAscending ?? true
        let marker = page.marker.map { Int($0.rawValue) ?? 0 }
        let wanted = events.filter { event in
            guard subject.includes(event) else { return false }
            guard let marker, let number = Int(event.id.rawValue) else { return true }
            return isAscending ? number > marker : number < marker
        }
        return try (isAscending ? wanted : wanted.reversed()).first(page.limit)
    }
}

extension EventSubject {
    fileprivate func includes(_ event: Event) -> Bool {
        switch self {
        case .project: true
        case .agent(let id): event.agent.map { $0.id == id.rawValue } ?? true
        case .configuration(let id): event.configuration?.id == id.rawValue
        case .backup(let id): event.backup?.id == id.rawValue
        case .restore(let id): event.restore?.id == id.rawValue
        case .cleanup(let id): event.cleanup?.id == id.rawValue
        }
    }
}
