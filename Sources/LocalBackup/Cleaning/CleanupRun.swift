import BackupAPI
import Foundation
import HostSystem
import Logging

/// A cleanup that this process owns.
typealias CleanupRun = OwnedRun<CleanupRow>

extension OwnedRun where Row == CleanupRow {
    /// Cleans up, and returns when restic has ended. Cancellation leaves restic running.
    @concurrent
    func perform() async throws {
        guard let lock = try await lockRepository(.exclusive) else { return }
        // Until restic has ended nothing else of this service uses the repository.
        defer { letGo(of: [lock]) }
        try await begin(.inProgress)
        guard let ready = try await unlessStopped({ try await prepare(lock) }) else { return }
        guard try await !isStopRequested() else { return }
        // A shell between the two: forgetting and pruning are two commands.
        let command = ResticCommand.cleanup(ready.program, flags: site.tool.flags, forgetting: ready.plan)
        try await launch("/bin/sh", command, version: ready.version, locks: [lock])
        try await follow()
    }

    private struct Preparation: Sendable {
        let program: String
        let version: ResticVersion
        let plan: [String]
    }

    /// Notes what there is before; of a cleanup that is done again, before the first attempt. Then decides what goes.
    private func prepare(_ lock: FileLock) async throws -> Preparation {
        let (program, version) = try await site.tool.identify()
        try await site.tool.removeLostLocks(lock: lock, activity: "cleanup")
        let all = try await site.tool.snapshots(in: spool, to: spool.plan, activity: "cleanup")
        if !spool.isRepeated {
            try FileManager.default.copyReplacing(spool.plan, with: spool.snapshots)
            let size = try await site.tool.repositorySize(activity: "cleanup")
            try await site.catalog.update(CleanupRow.self, id, now: site.now()) { $0.bytesBefore = size }
        }
        let known = try await site.configurations.known()
        try OwnerFile.write(try await strangers(in: all, known), to: spool.remarks)
        let ids = try await currentRow().configurations.map { ResourceID<BackupAPI.Configuration>($0) }
        // One that was deleted since the start of the cleanup keeps everything.
        let there = Set(known.existing.map(\.id))
        let chosen = ids.filter(there.contains)
        let plans =
            ids.isEmpty || !chosen.isEmpty
            ? try await CleanupPlanner(site: site, spool: spool).plans(of: chosen, among: all) : []
        try OwnerFile.write(plans.compactMap(\.problem).joined(separator: "\n"), to: spool.warnings)
        return Preparation(
            program: program,
            version: version,
            plan: plans.flatMap(\.removed).map(\.id)
        )
    }

    /// Notes what there is afterwards, whatever the end was; what cannot be found out is left out, and logged.
    fileprivate func examine(_ verdict: inout CleanupVerdict) async throws {
        do {
            let before = try ResticTool.snapshots(in: spool.snapshots)
            let after = try await site.tool.snapshots(in: spool, to: spool.plan, activity: "cleanup")
            let left = Set(after.map(\.id))
            verdict.removed = before.filter { !left.contains($0.id) }
            verdict.bytesAfter = try await site.tool.repositorySize(activity: "cleanup")
            if verdict.state == .completed {
                verdict.diagnostics = (try? String(contentsOfFile: spool.remarks, encoding: .utf8)) ?? ""
                verdict.warn((try? String(contentsOfFile: spool.warnings, encoding: .utf8)) ?? "")
            }
        } catch {
            try Task.checkCancellation()
            site.log.warning("a cleanup's effect cannot be seen: \(error)", metadata: ["cleanup": "\(id)"])
        }
    }

    /// Says which snapshots of this host no cleanup removes any more: their configuration is not here, or has another name.
    private func strangers(in all: [ResticSnapshot], _ known: KnownConfigurations) async throws -> String {
        let names = try await site.catalog.configurationNames()
        let here = Set(known.existing.map(\.id.rawValue))
        let own = all.filter { $0.belongs(to: site.agent, host: site.hostName) }
        return Dictionary(grouping: own, by: { $0.tag("configuration") ?? "" })
            .filter { !here.contains($0.key) }.sorted { $0.key < $1.key }
            .map { id, snapshots in
                let name = names[id].map { "'\($0)' (id \(id))" } ?? "with the id \(id)"
                let (subject, verb, object) =
                    snapshots.count == 1
                    ? ("1 snapshot", "stays", "it") : ("\(snapshots.count) snapshots", "stay", "them")
                return
                    "\(subject) of the configuration \(name), which is not here any more, \(verb) for ever: "
                    + "give that id to the configuration that takes its place, or remove \(object) with restic."
            }
            .joined(separator: " ")
    }
}

extension CleanupRow: RunWork {
    static func work(of run: CleanupRun, _ row: CleanupRow) -> CleanupRun.Work? {
        { try await run.perform() }
    }

    static func verdict(of run: CleanupRun) async throws -> CleanupVerdict {
        let wasStopRequested = try await run.isStopRequested()
        var verdict = CleanupVerdict(
            run.evidence(await run.spool.report(), wasStopRequested: wasStopRequested)
        )
        // Without an exit code restic may have been killed halfway, or may never have been started.
        if try await run.wasLaunched() { try await run.examine(&verdict) }
        return verdict
    }
}

extension FileManager {
    fileprivate func copyReplacing(_ file: String, with copy: String) throws {
        try? removeItem(atPath: copy)
        try copyItem(atPath: file, toPath: copy)
    }
}
