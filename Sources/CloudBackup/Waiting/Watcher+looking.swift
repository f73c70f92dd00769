import BackupAPI
import Logging
import NIOHTTP1

extension Watcher {
    /// Looks once at everything that is waited for; returns whether there was news.
    ///
    /// Throws what concerns all; what concerns one backup ends the waits for it.
    func lookAtAll(step: Duration) async throws -> Bool {
        let began = timer.elapsed()
        requestsOfLook = 0
        let hasNews = try await look(at: Set(watched.keys))
        let count = max(1, Int(Pace.progressReadsPerSecond * (step / .seconds(1))))
        let hasProgress = await readProgress(count: count, until: began + step)
        return hasNews || hasProgress
    }

    /// Looks at those that someone has begun to wait for, ahead of the next step.
    func lookAtNewcomers() async throws {
        _ = try await look(at: Set(watched.filter(\.value.hasNewcomer).keys))
    }

    /// Reads backups: one by one where few are on a page, else by pages of the list.
    private func look(at ids: Set<ResourceID<Backup>>) async throws -> Bool {
        guard ids.count > Pace.singleReads else { return try await readSingly(Array(ids)) }
        var hasNews = false
        let places = Dictionary(grouping: ids) { watched[$0]?.place }
        var unplaced = places[nil] ?? []
        var single = places[.some(.nowhere)] ?? []
        for case (.page(let marker)?, let members) in places {
            guard members.count > 1 else {
                single += members
                continue
            }
            let found = try await readPage(after: marker, for: ids)
            hasNews = hasNews || found.hasNews
            // Newer backups push the older ones off the first page.
            unplaced += members.filter { watched[$0] != nil && !found.ids.contains($0) }
        }
        if try await search(for: unplaced) { hasNews = true }
        single += unplaced.filter { watched[$0]?.place == .nowhere }
        let urgent = single.sorted(by: isMoreUrgent).prefix(Pace.strayReads)
        return try await readSingly(Array(urgent)) || hasNews
    }

    /// Those that were read longest ago come first.
    private func isMoreUrgent(_ left: ResourceID<Backup>, _ right: ResourceID<Backup>) -> Bool {
        let (first, second) = (watched[left]?.lastLook ?? .zero, watched[right]?.lastLook ?? .zero)
        return (first, left.rawValue) < (second, right.rawValue)
    }

    /// Looks for backups on the pages of the list, newest first, and notes where they are.
    private func search(for ids: [ResourceID<Backup>]) async throws -> Bool {
        var missing = Set(ids)
        var hasNews = false
        var marker: String?
        for _ in 0..<(ids.count / Pace.pageSize + Pace.searchedPages) where !missing.isEmpty {
            let found = try await readPage(after: marker, for: missing)
            hasNews = hasNews || found.hasNews
            missing.subtract(found.ids)
            guard let last = found.last, last != marker else { break }
            marker = last
        }
        for id in missing { watched[id]?.place = .nowhere }
        return hasNews
    }

    /// Reads a page and tells what it has of the wanted; `last` is the next page's marker, if there may be one.
    private func readPage(
        after marker: String?,
        for ids: Set<ResourceID<Backup>>
    ) async throws -> (hasNews: Bool, ids: Set<ResourceID<Backup>>, last: String?) {
        let request = CloudRequest(.GET, "backups")
            .listing(after: marker, limit: Pace.pageSize, isAscending: false)
        let page = try await spend {
            try await api.resource(request, isPatient: false) { json throws(Missing) in
                // An item that cannot be read is no reason to miss the others.
                try json.list("backups") { item throws(Missing) in
                    (try? Backup(reading: item)).map {
                        (isWhole: item.has("errors") && item.has("snapshot_id"), backup: $0)
                    }
                }
            }.compactMap(\.self)
        }
        var hasNews = false
        var found: Set<ResourceID<Backup>> = []
        // A final record that lacks something is read singly.
        for item in page where ids.contains(item.backup.id) && (item.isWhole || !item.backup.state.isFinal) {
            found.insert(item.backup.id)
            watched[item.backup.id]?.place = .page(after: marker)
            if tell(item.backup) { hasNews = true }
        }
        return (hasNews, found, page.count < Pace.pageSize ? nil : page.last?.backup.id.rawValue)
    }

    private func readSingly(_ ids: [ResourceID<Backup>]) async throws -> Bool {
        var hasNews = false
        for id in ids where try await readSingly(id) { hasNews = true }
        return hasNews
    }

    private func readSingly(_ id: ResourceID<Backup>) async throws -> Bool {
        do {
            return tell(
                try await spend {
                    try await api.resource(.backup(id), isPatient: false, Backup.init(reading:))
                }
            )
        } catch let error as BackupError where !error.isRetryable && error.code != .unauthorized {
            watched.removeValue(forKey: id)?.finish(throwing: error)
            return true
        }
    }

    /// Reads the events of some of the backups that run, another part of them in each step.
    ///
    /// A wait does not fail for want of progress: where events cannot be read, they are left alone for a while.
    private func readProgress(count: Int, until end: Duration) async -> Bool {
        guard timer.elapsed() >= nextProgress else { return false }
        if progressQueue.isEmpty {
            progressQueue = watched.filter(\.value.runs).map(\.key).sorted { $0.rawValue > $1.rawValue }
        }
        var hasNews = false
        for _ in 0..<count {
            guard let id = progressQueue.popLast() else { break }
            do {
                if try await readEvents(of: id) { hasNews = true }
            } catch {
                log.debug("events cannot be read", metadata: ["cloud.backup": "\(id)"])
                nextProgress = timer.elapsed() + Pace.pauseWithoutEvents
                break
            }
            // Where answers are slow, the ends of backups come before their progress.
            guard timer.elapsed() < end else { break }
        }
        return hasNews
    }

    private func readEvents(of id: ResourceID<Backup>) async throws -> Bool {
        guard let entry = watched[id], entry.runs else { return false }
        let request = CloudRequest.events(of: .backup(id))
            .listing(after: entry.lastEvent, limit: Pace.pageSize, isAscending: true)
        let events = try await spend {
            try await api.resource(request, isPatient: false) { json throws(Missing) in
                try json.list("events", Event.init(reading:))
            }
        }
        return watched[id]?.tell(events) ?? false
    }

    /// Tells a record to those who wait for it, and ends their waits if it is final.
    private func tell(_ backup: Backup) -> Bool {
        guard var entry = watched[backup.id] else { return false }
        entry.lastLook = timer.elapsed()
        let isNews = entry.tell(backup)
        watched[backup.id] = entry
        if backup.state.isFinal { watched.removeValue(forKey: backup.id)?.finish() }
        return isNews
    }

    /// Sends a request when the budget allows it.
    private func spend<Value>(_ request: () async throws -> Value) async throws -> Value {
        requestsOfLook += 1
        while true {
            let delay = budget.delay(at: timer.elapsed())
            guard delay > .zero else { break }
            try await timer.pause(delay)
        }
        budget.spend(at: timer.elapsed())
        return try await request()
    }
}
