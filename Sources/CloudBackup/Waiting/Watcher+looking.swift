import BackupAPI
import Logging
import NIOHTTP1

extension Watcher {
    /// Looks once at everything that is waited for; answers whether there was news.
    ///
    /// Throws what concerns all; what concerns one backup ends the waits for it.
    func lookAtAll(step: Duration) async throws -> Bool {
        let hasNews = try await look(at: Set(watched.keys))
        let hasProgress = await readProgress(
            count: max(1, Int(Pace.progressReadsPerSecond * (step / .seconds(1))))
        )
        return hasNews || hasProgress
    }

    /// Looks at those that someone has begun to wait for, ahead of the next step.
    func lookAtNewcomers() async throws {
        _ = try await look(at: Set(watched.filter(\.value.hasNewcomer).keys))
    }

    private func look(at ids: Set<ResourceID<Backup>>) async throws -> Bool {
        var hasNews = false
        var missing = ids
        if ids.count > Pace.singleReads {
            (hasNews, missing) = try await readList(for: ids)
        }
        for id in missing.sorted(by: isMoreUrgent).prefix(Pace.strayReads) {
            if try await readSingly(id) { hasNews = true }
        }
        return hasNews
    }

    /// Newcomers come first; among the rest, a different one each time.
    private func isMoreUrgent(_ left: ResourceID<Backup>, _ right: ResourceID<Backup>) -> Bool {
        let (first, second) = (watched[left]?.lastLook ?? .zero, watched[right]?.lastLook ?? .zero)
        return (first, left.rawValue) < (second, right.rawValue)
    }

    /// Reads pages of the list, newest first, until all are found; answers those that were not.
    private func readList(
        for ids: Set<ResourceID<Backup>>
    ) async throws -> (hasNews: Bool, missing: Set<ResourceID<Backup>>) {
        var missing = ids
        var hasNews = false
        var marker: String?
        for _ in 0..<(ids.count / Pace.pageSize + 1 + Pace.sparePages) {
            let request = CloudRequest(.GET, "backups")
                .listing(after: marker, limit: Pace.pageSize, isAscending: false)
            let page = try await spend {
                try await api.resource(request, isPatient: false) { json throws(Missing) in
                    try json.list("backups") { item throws(Missing) in
                        (
                            isWhole: item.has("errors") && item.has("snapshot_id"),
                            backup: try Backup(reading: item)
                        )
                    }
                }
            }
            for item in page where ids.contains(item.backup.id) {
                // A final record that lacks something is read singly.
                guard item.isWhole || !item.backup.state.isFinal else { continue }
                missing.remove(item.backup.id)
                if tell(item.backup) { hasNews = true }
            }
            let next = page.last?.backup.id.rawValue
            if missing.isEmpty || page.count < Pace.pageSize || next == marker { break }
            marker = next
        }
        return (hasNews, missing)
    }

    private func readSingly(_ id: ResourceID<Backup>) async throws -> Bool {
        do {
            return tell(
                try await spend {
                    try await api.resource(.backup(id), isPatient: false, Backup.init(reading:))
                }
            )
        } catch let error as BackupError where error.code == .unknownBackup {
            watched.removeValue(forKey: id)?.finish(throwing: error)
            return true
        }
    }

    /// Reads the events of some of the backups that run, another part of them in each step.
    ///
    /// A wait does not fail for want of progress: where events cannot be read, they are left alone for a while.
    private func readProgress(count: Int) async -> Bool {
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
        while true {
            let delay = budget.delay(at: timer.elapsed())
            guard delay > .zero else { break }
            try await timer.pause(delay)
        }
        budget.spend(at: timer.elapsed())
        return try await request()
    }
}
