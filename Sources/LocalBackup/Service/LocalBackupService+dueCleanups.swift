public import BackupAPI
import HostSystem
import Logging

/// Cleanups that nobody has to ask for.
extension LocalBackupService {
    /// Starts the cleanups that are due, and returns those that were started now.
    ///
    /// `after_backup`: one for each backup that has made a snapshot, of its configuration; of several that ended meanwhile one, for
    /// the last. `daily`: one a day, in UTC, of all configurations that say so, once one of them has been backed up that day.
    /// Each has a key of its own, so that it is started once, whoever asks and however often. Configurations whose backups
    /// stay for ever have none.
    @discardableResult
    public func startDueCleanups() async throws -> [Cleanup] {
        var due: [(key: String, configurations: [ResourceID<Configuration>])] = []
        var (daily, today): ([ResourceID<Configuration>], String?) = ([], nil)
        let day = site.now().wholeSeconds.prefix(10)
        for configuration in try await site.configurations.known().existing
        where RetentionPolicy(configuration.draft) != nil {
            let time = configuration.draft.cleanup ?? site.settings.cleanup
            guard time != .never,
                let last = try await site.catalog.newestSnapshot(of: configuration.id.rawValue),
                let ended = last.endedTime
            else { continue }
            switch time {
            case .afterBackup: due.append((CleanupRow.dueKey("after:\(last.id)"), [configuration.id]))
            case .daily:
                daily.append(configuration.id)
                if Timestamp(microseconds: ended).wholeSeconds.prefix(10) == day { today = String(day) }
            case .never: break
            }
        }
        if let today { due.append((CleanupRow.dueKey("daily:\(today)"), daily)) }
        var started: [Cleanup] = []
        for (key, configurations) in due
        where try await site.catalog.row(CleanupRow.self, key: key) == nil {
            started.append(try await startCleanup(agent, of: configurations, key: key))
        }
        return started
    }

    /// Starts the cleanups that are due, now and whenever something has changed, until the task is cancelled; then throws
    /// `CancellationError`. One that does not go well is logged, and so is what keeps them from being started.
    public func cleanUpWhenDue() async throws {
        var waiting: [ResourceID<Cleanup>] = []
        var problem = ""
        for await _ in site.bell.pulses(every: .seconds(30), watching: [site.catalog.news]) {
            do {
                waiting += try await startDueCleanups().map(\.id)
                waiting = try await unfinished(of: waiting)
                problem = ""
            } catch {
                try Task.checkCancellation()
                if "\(error)" != problem { site.log.error("due cleanups cannot be started: \(error)") }
                problem = "\(error)"
            }
        }
        throw CancellationError()
    }

    /// Those of some cleanups that are not over; an end that is not well is logged.
    private func unfinished(of ids: [ResourceID<Cleanup>]) async throws -> [ResourceID<Cleanup>] {
        var left: [ResourceID<Cleanup>] = []
        for id in ids {
            let row = try await site.catalog.row(CleanupRow.self, id: id.rawValue)
            guard let outcome = row.activityState.outcome else {
                left.append(id)
                continue
            }
            guard outcome != .ok else { continue }
            site.log.warning(
                "a cleanup that was due did not go well",
                metadata: ["cleanup": "\(id)", "state": "\(row.state)", "reason": "\(row.errorDiagnostics)"]
            )
        }
        return left
    }
}

extension CleanupRow {
    private static let duePrefix = "cleanup:"

    /// The key of a cleanup that is due by itself.
    fileprivate static func dueKey(_ slot: String) -> String { duePrefix + slot }

    /// Whether it was due by itself, and nobody asked for it.
    var isDue: Bool { startKey?.hasPrefix(Self.duePrefix) ?? false }
}
