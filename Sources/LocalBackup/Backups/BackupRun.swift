import BackupAPI
import HostSystem

/// A backup that this process owns.
typealias BackupRun = OwnedRun<BackupRow>

extension OwnedRun where Row == BackupRow {
    /// Backs up, and returns when restic has ended. Cancellation leaves restic running.
    @concurrent
    func perform(_ draft: ConfigurationDraft, id configuration: ResourceID<Configuration>) async throws {
        guard let slot = try await takeSlot() else { return }
        // Until restic has ended a cleanup of this service waits for it, and others wait for their turn.
        var locks = [slot]
        defer { letGo(of: locks) }
        guard let (lock, isNew) = try await lockRepositoryForBackup() else { return }
        locks.append(lock)
        try await begin(.preparing)
        guard let ready = try await unlessStopped({ try await prepare(draft, lock, isNew: isNew) }) else {
            return
        }
        if isNew {
            lock.release()
            let shared = try await unlessStopped {
                try await site.repository.lock.wait(.shared)
            }
            guard let shared else { return }
            locks = [slot, shared]
        }
        let row = try await currentRow()
        guard row.activityState != .stopRequested else { return }
        let arguments =
            try site.tool.flags
            + ResticCommand.backup(
                draft,
                tags: ResticCommand.tags(
                    agent: site.agent,
                    configuration: configuration.rawValue,
                    run: row.startKey ?? id
                ),
                leavingOut: ownFolders(below: draft.inclusions),
                parent: ready.parent,
                inclusionsFile: spool.inclusions,
                exclusionsFile: spool.exclusions,
                host: draft.options.host ?? site.settings.hostName
            )
        try await launch(ready.program, arguments, version: ready.version, locks: locks)
        try await follow()
    }

    private struct Preparation: Sendable {
        let program: String
        let version: ResticVersion
        /// The snapshot to compare with, where restic would not find it by itself.
        let parent: String?
    }

    /// A repository that was here before and is gone is not made anew: its disk may just not be mounted.
    private func prepare(_ draft: ConfigurationDraft, _ lock: FileLock, isNew: Bool) async throws
        -> Preparation
    {
        let (program, version) = try await site.tool.identify()
        try await site.tool.check(ResticFeature.needed(by: draft, in: site.repository.settings))
        try checkPatternFiles(of: draft)
        if isNew {
            try await site.tool.openOrCreateRepository(lock: lock)
            try await site.catalog.host.rememberRepository(site.repository.settings.address, now: site.now())
        } else {
            try await site.tool.removeLostLocks(lock: lock)
        }
        try SourceRemark.write(SourceRemark.find(in: draft.inclusions), to: spool.remarks)
        return Preparation(program: program, version: version, parent: try await parent(draft))
    }

    /// restic names the file that is missing, and not the configuration.
    private func checkPatternFiles(of draft: ConfigurationDraft) throws {
        for file in draft.options.excludeFiles where BytePath(file).kind(followingLink: true) != .file {
            throw ResticFailure(
                reason: "pattern_file_missing",
                diagnostics:
                    "the file of patterns '\(file)' is not there, and the configuration '\(draft.name)' leaves "
                    + "out what it names. Put it there, or take it out of 'exclude_files'."
            )
        }
    }

    /// restic takes the newest snapshot of the same host and paths for the parent; where one of them has changed since the
    /// last backup, all files would count as new, and be read again.
    private func parent(_ draft: ConfigurationDraft) async throws -> String? {
        let configuration = try await currentRow().configurationID
        let source = ([draft.options.host ?? site.hostName] + draft.inclusions.map(\.comparablePath)).joined(
            separator: "\0"
        )
        let before = try await site.catalog.host.replaceSource(
            of: configuration,
            with: StableID.uuid(of: source)
        )
        guard let before, before != StableID.uuid(of: source) else { return nil }
        let tags = [
            ResticCommand.tag("configuration", configuration),
            ResticCommand.tag("agent", site.agent.rawValue),
        ]
        return try await site.tool.snapshots(tags: tags, in: spool, activity: "backup").last?.id
    }

    /// The repository's lock: the exclusive one as long as nobody has seen the repository, since it may have to be created.
    ///
    /// Another host's `init` that goes on has the lock too. What stands still for a minute is not waited for.
    private func lockRepositoryForBackup() async throws -> (lock: FileLock, isNew: Bool)? {
        let deadline = ContinuousClock.now + .seconds(60)
        let lock = site.repository.lock
        let repository = site.repository.settings.address
        if try await site.catalog.host.knowsRepository(repository) {
            return try await lockRepository(.shared).map { ($0, false) }
        }
        if let free = try lock.attempt(.exclusive) { return (free, true) }
        try await queue()
        for await _ in site.bell.pulses(every: .milliseconds(100)) {
            if try await isStopRequested() { return nil }
            if try await site.catalog.host.knowsRepository(repository) {
                return try await lockRepository(.shared).map { ($0, false) }
            }
            if let free = try lock.attempt(.exclusive) { return (free, true) }
            if ContinuousClock.now > deadline {
                throw ResticFailure(
                    reason: "repository_locked",
                    diagnostics: "another restic of this site has been at work on the new repository "
                        + "'\(AddressSecrets(repository).shown)' for a minute, perhaps as its first 'restic init'. "
                        + "Start the backup again when it has ended."
                )
            }
        }
        throw CancellationError()
    }

    /// The site's own repository and state, where an inclusion would take them in: each backup would make the next one grow.
    private func ownFolders(below inclusions: [PathRule]) -> [PathRule] {
        let included = PathTree(inclusions)
        let folders = site.repositories.all.compactMap(\.address.folder) + [site.folder.path]
        return folders.flatMap { folder in [folder, BytePath(folder).resolved?.text].compactMap { $0 } }
            .filter { included.rule(above: $0) != nil }
            .map { PathRule(type: .folder, path: $0) }
    }
}

extension BackupRow: RunWork {
    static let concludesAtOnce = true

    static func work(of run: BackupRun, _ row: BackupRow) async throws -> BackupRun.Work? {
        let id = ResourceID<BackupAPI.Configuration>(row.configurationID)
        guard let draft = try? await run.site.configurations.known().draft(id) else { return nil }
        return { try await run.perform(draft, id: id) }
    }

    /// What is in the repository already is not sent twice.
    static func isRepeatable(_ run: BackupRun) async throws -> Bool {
        guard await run.spool.report().summary == nil else { return false }
        let tags = try await run.currentRow().tags
        return try await run.site.tool.snapshots(tags: tags, in: run.spool, activity: "backup").isEmpty
    }

    static func verdict(of run: BackupRun) async throws -> BackupVerdict {
        let row = try await run.currentRow()
        let evidence = run.evidence(
            await run.spool.report(),
            wasStopRequested: row.activityState == .stopRequested,
            before: try await run.site.catalog.sourceSize(configuration: row.configurationID),
            remarks: SourceRemark.read(from: run.spool.remarks)
        )
        let saysItsEnd =
            evidence.report.summary != nil || evidence.report.exitErrorCode.map { $0 < 128 } ?? false
        guard !saysItsEnd, try await run.hasLostItsEnd() else { return BackupVerdict(evidence) }
        return try await run.verdict(onLostEnd: row, evidence)
    }
}
