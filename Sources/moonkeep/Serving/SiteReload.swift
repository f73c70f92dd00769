import BackupAPI
import Foundation
import HostSystem
import LocalBackup

/// Reads the file of a served site again when it changes, and on SIGHUP.
///
/// A file that cannot be used leaves the one before in force, which is said here, by `moonkeep schedules` and by `/health`.
struct SiteReload: Sendable {
    private enum Wake {
        case tick, hangUp
    }

    let site: Site
    let service: any BackupService
    let live: LiveSite
    let say: @Sendable (String) -> Void

    private var path: String { site.path(Site.fileName) }

    /// Watches until the task is cancelled, or the terminal that it was started at is gone.
    func run() async throws {
        let notice = try ServeNotice.write(in: site.stateFolder)
        defer { notice?.remove() }
        let hadTerminal = Console.standardError.isTerminal
        let (wakes, continuation) = AsyncStream.makeStream(
            of: Wake.self,
            bufferingPolicy: .bufferingNewest(2)
        )
        let signals = Signals([SIGHUP]) { _ in continuation.yield(.hangUp) }
        let ticking = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(1))
                continuation.yield(.tick)
            }
        }
        defer {
            signals.end()
            ticking.cancel()
        }
        var read = FileStamp(of: path)
        var seen = read
        for await wake in wakes {
            if wake == .hangUp, hadTerminal, !Console.standardError.isTerminal { return }
            let now = FileStamp(of: path)
            // A file that is just being written is left alone until it has been the same for a while.
            let isSettled = now == seen
            seen = now
            guard wake == .hangUp || isSettled && now != read else { continue }
            readAgain()
            read = now
            notice?.tell(live)
        }
        try Task.checkCancellation()
    }

    private func readAgain() {
        do {
            let file = try Site(folder: site.folder).file
            try (service as? LocalBackupService)?.replaceConfigurations(file.configurations)
            let before = live.file
            live.take(file, at: Clocks.now())
            let news = file.news(since: before)
            say(
                "'\(path)' was read again: \(news.isEmpty ? "nothing has changed" : news.joined(separator: "; "))"
            )
        } catch {
            let problem = (error as? BackupError).map { CommandError($0).description } ?? "\(error)"
            live.refuse(problem)
            say("'\(path)' cannot be used, and what it said before stays in force: \(problem)")
        }
    }
}

extension SiteFile {
    /// What is in force from now on that was not before, and what waits for the next start.
    fileprivate func news(since before: SiteFile) -> [String] {
        func drafts(_ file: SiteFile) -> [String: ConfigurationDraft] {
            Dictionary(file.configurations.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        }
        let (old, new) = (drafts(before), drafts(self))
        let names = Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
        let configurations = names.map { name in
            let what = old[name] == nil ? "is new" : new[name] == nil ? "is gone" : "has changed"
            return "the configuration '\(name)' \(what)"
        }
        let keys = Set(sections.keys).union(before.sections.keys)
            .filter { sections[$0] != before.sections[$0] }.sorted()
        let mail = keys.filter { $0 == "smtp" }.map { "'\($0)' has changed" }
        let later = keys.filter { $0 != "smtp" && $0 != "configurations" }
            .map { "'\($0)' has changed and counts when 'moonkeep serve' is started again" }
        return configurations + mail + later
    }
}
