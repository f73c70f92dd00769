import BackupAPI
import LuaKit
import PluginHost
import RunJournal
import Synchronization

extension RunContext {
    /// A step that starts a restore, once.
    func startRestore(_ call: StepCall, _ backup: ResourceID<Backup>, _ options: RestoreOptions) async throws
        -> LuaValue
    {
        try await startRestore(call) {
            RestoreDraft(
                backup: backup,
                destinationAgent: try await agent(for: options, of: backup),
                destinationPath: options.to?.value,
                overwriteFiles: options.overwrite ?? false,
                inclusions: try await rules(options.include?.value ?? ["/"], in: backup),
                exclusions: try await rules(options.exclude?.value ?? [], in: backup)
            )
        }
    }

    /// A step that starts a restore with a draft; `draft` is only asked for where the journal has no start yet.
    func startRestore(_ call: StepCall, draft: () async throws -> RestoreDraft) async throws -> LuaValue {
        let service = try service
        let id = try await steps.start(
            call,
            prepare: { .restore(try await draft()) },
            start: { request, key in
                guard case .restore(let draft) = request else { return "" }
                return try await service.startRestore(draft, key: key).id.rawValue
            }
        )
        if !isPlan { stopWhenCancelled(ResourceID(id.text ?? ""), in: service) }
        return id
    }

    /// A cancelled run stops the restores that it started, as it stops its backups.
    private func stopWhenCancelled(_ id: ResourceID<Restore>, in service: any BackupService) {
        whenCancelled {
            do {
                _ = try await service.stopRestore(id)
            } catch let error as BackupError where error.code == .conflict {
                // It is over, or stops already.
            }
            while try await !service.restore(id).state.isFinal {
                // By the real clock: nothing of the script waits any more, and this is no step of the run.
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func agent(for options: RestoreOptions, of backup: ResourceID<Backup>) async throws
        -> ResourceID<Agent>
    {
        if let agent = options.agent { return ResourceID(agent) }
        return try await service.backup(backup).agent.id
    }

    /// What each path names, which the contract wants to know: a path that ends in `/` is a folder, and for others the
    /// backup is looked into.
    private func rules(_ paths: [String], in backup: ResourceID<Backup>) async throws -> [PathRule] {
        // By the bytes of their names: text takes some for equal that are not.
        var folders: [String: [[UInt8]: BrowseItem]] = [:]
        var rules: [PathRule] = []
        for path in paths {
            guard !path.hasSuffix("/"), let slash = path.lastIndex(of: "/") else {
                rules.append(PathRule(type: .folder, path: path))
                continue
            }
            let folder = slash == path.startIndex ? "/" : String(path[..<slash])
            let name = path[path.index(after: slash)...]
            let items: [[UInt8]: BrowseItem]
            if let known = folders[folder] {
                items = known
            } else {
                let found = try await service.browse(backup, path: folder).map { (Array($0.name.utf8), $0) }
                items = Dictionary(found) { first, _ in first }
                folders[folder] = items
            }
            guard let item = items[Array(name.utf8)] else {
                throw BackupError(
                    .unknownPath,
                    "backup '\(backup)' has no '\(path.printable)'",
                    fix: items.values.map(\.name).nearest(to: String(name)).map {
                        "Did you mean '\(folder == "/" ? "" : folder)/\($0)'?"
                    }
                )
            }
            rules.append(PathRule(type: item.isFolder ? .folder : .file, path: path))
        }
        return rules
    }

    /// A step that waits for a restore. Its outcome counts for the run.
    func waitForRestore(_ call: StepCall, _ id: ResourceID<Restore>, within timeout: Duration?) async throws
        -> LuaValue
    {
        var call = call
        // A timeout counts from the first time that the step began.
        call.isIntended = timeout != nil
        return try await steps.step(
            call,
            learn: { noteRestore(id, $0) },
            body: { began in
                let restore = try await lastRecord(of: id, since: began, within: timeout)
                let record = try LuaValue.record(of: restore)
                noteRestore(id, record)
                return record
            }
        )
    }

    private func noteRestore(_ id: ResourceID<Restore>, _ record: LuaValue) {
        // A script may wait for one twice; its hooks are told once.
        guard attachment({ EndedRestores() }).add(id) else { return }
        if let outcome = ActivityState(rawValue: record["state"].text ?? "").outcome {
            outcomes.note(outcome)
        }
        hooks.raise(HookOccurrence("restore.finished", of: id.rawValue) { ["restore": record] })
    }

    /// Asks again and again until the restore is over, from four times a second to every five seconds.
    private func lastRecord(of id: ResourceID<Restore>, since began: Timestamp, within timeout: Duration?)
        async throws -> Restore
    {
        let time = timeout.map { self.time($0, since: began) }
        var pause = Duration.milliseconds(250)
        while true {
            let restore = try await service.restore(id)
            if restore.state.isFinal { return restore }
            let left = time?.left ?? pause
            guard left > .zero else {
                throw BackupError(
                    .timedOut,
                    "restore '\(id)' was not over after \(Figures.duration(timeout ?? .zero))",
                    fix: "It goes on; wait for it again, or stop it.",
                    isRetryable: true
                )
            }
            try await environment.clock.sleep(for: min(pause, left))
            pause = min(pause * 2, .seconds(5))
        }
    }

    func runRestore(_ backup: ResourceID<Backup>, _ options: RestoreRunOptions) async throws -> LuaValue {
        var start = StepCall(
            name: "restore.start",
            kind: .start,
            arguments: [.string(backup.rawValue), options.start.luaValue]
        )
        (start.function, start.needs) = ("restore.run", currentCall.needs)
        let id = try await startRestore(start, backup, options.start)
        return try await goodRestore(id, of: backup, within: options.wait.timeout?.value)
    }

    /// Waits for a restore, and raises `restore_failed` unless its outcome is ok or warning.
    func goodRestore(_ id: LuaValue, of backup: ResourceID<Backup>, within timeout: Duration?) async throws
        -> LuaValue
    {
        let record = try await waitForRestore(
            StepCall(
                name: "restore.wait",
                kind: .wait,
                arguments: [id],
                planned: .untold(.record(["state": "completed", "outcome": "ok"]))
            ),
            ResourceID(id.text ?? ""),
            within: timeout
        )
        guard ["ok", "warning"].contains(record["outcome"].text) else {
            throw RestoreEndedBadly(backup: backup, record: record)
        }
        return record
    }
}

/// The restores of which a run has seen the end.
private final class EndedRestores: Sendable {
    private let ids = Mutex<Set<ResourceID<Restore>>>([])

    /// Adds one; returns whether it is new.
    func add(_ id: ResourceID<Restore>) -> Bool { ids.withLock { $0.insert(id).inserted } }
}

/// What `restore.run` raises when the restore's outcome is neither ok nor warning.
private struct RestoreEndedBadly: LuaErrorConvertible, CustomStringConvertible {
    let backup: ResourceID<Backup>
    let record: LuaValue

    var description: String {
        let diagnostics = record["errors"]["diagnostics"].text ?? ""
        return "the restore of backup '\(backup)' ended as \(record["state"].text ?? "unknown")"
            + (diagnostics.isEmpty ? "" : ": \(diagnostics)")
    }

    var luaMessage: String { description }

    var luaFields: [String: LuaValue] {
        [
            "code": "restore_failed", "message": .string(description),
            "retryable": .boolean(record.hasFailedForNow), "data": record,
        ]
    }
}
