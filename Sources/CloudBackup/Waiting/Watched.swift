import BackupAPI

/// A backup that someone waits for, and what is known of it.
struct Watched {
    /// Someone who waits.
    struct Listener {
        let continuation: AsyncThrowingStream<BackupUpdate, any Error>.Continuation
        /// Whether it has had its first update.
        var isServed = false
    }

    /// Where a backup can be read.
    enum Place: Hashable {
        /// On the page of the list that follows this backup. Pages do not move, but for the first.
        case page(after: String?)
        /// On none of the pages that were looked at.
        case nowhere
    }

    var listeners: [Int: Listener] = [:]
    /// What was told last.
    private(set) var latest: BackupUpdate?
    /// Where it was found last; `nil` before it has been looked for.
    var place: Place?
    /// When it was read last; `nil` before the first time.
    var lastLook: Duration?
    /// The last event that was read.
    var lastEvent: String?
    private var progress: BackupProgress?

    /// Whether someone waits for a first update.
    var hasNewcomer: Bool { listeners.values.contains { !$0.isServed } }

    /// Whether it does something that it tells the progress of.
    var runs: Bool { [.inProgress, .stopRequested].contains(latest?.backup.state) }

    /// Takes a record in and tells it to those for whom it is news; returns whether it was news.
    mutating func tell(_ backup: Backup) -> Bool {
        let runs = backup.state == .inProgress || backup.state == .stopRequested
        return tell(BackupUpdate(backup: backup, progress: runs ? progress : nil))
    }

    /// Takes events in, oldest first; returns whether there was news among them.
    mutating func tell(_ events: [Event]) -> Bool {
        if let last = events.last { lastEvent = last.id.rawValue }
        guard let backup = latest?.backup,
            let event = events.last(where: { $0.event == "backup_progress" && $0.bytesCompleted != nil }),
            let done = event.bytesCompleted
        else { return false }
        let total =
            event.totalBytes ?? event.bytesRemaining.map { done.addingReportingOverflow($0).partialValue }
        progress = BackupProgress(bytesDone: done, totalBytes: total ?? 0, errorCount: backup.errors.count)
        return tell(backup)
    }

    /// Ends all waits.
    func finish(throwing error: (any Error)? = nil) {
        for listener in listeners.values { listener.continuation.finish(throwing: error) }
    }

    private mutating func tell(_ update: BackupUpdate) -> Bool {
        let isNews = update != latest
        latest = update
        for (number, listener) in listeners where isNews || !listener.isServed {
            listener.continuation.yield(update)
            listeners[number]?.isServed = true
        }
        return isNews
    }
}
