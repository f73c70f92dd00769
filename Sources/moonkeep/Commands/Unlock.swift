import ArgumentParser
import BackupAPI
import Foundation
import LocalBackup
import PluginHost

struct Unlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Shows the locks in the site's repository, whose they are, and removes them.",
        discussion: """
            A restic that is killed leaves its lock behind. Those of this site's own are removed by whatever needs the \
            repository next; others' only here, when a person says that no restic of theirs runs any more, on no host. No \
            process is looked for by its number, or signalled.
            """
    )

    @OptionGroup var site: SiteOptions

    @Option(help: ArgumentHelp("Which of the site's repositories; without it, the first.", valueName: "name"))
    var repository: String?

    @Flag(help: "Remove all that are shown without asking.")
    var yes = false

    @Flag(help: "JSON, for programs; removes nothing.")
    var json = false

    func run() async throws {
        try await CommandError.naming {
            let service = try await site.open().openLocalService()
            let chosen = repository ?? service.repositories.first
            let locks = try await service.locks(in: chosen)
            if json {
                return Console.standardOutput.writeLine(
                    try JSONText.encode(locks.map(ResticLockJSON.init), layout: .pretty)
                )
            }
            let name = service.repositories.count > 1 ? " '\(chosen ?? "")'" : ""
            guard !locks.isEmpty else {
                return Console.standardOutput.writeLine("The repository\(name) has no lock.")
            }
            show(locks)
            guard try yes || ask() else { throw ExitStatus.failed }
            try await service.remove(locks, in: chosen)
            Console.standardOutput.writeLine(
                "removed \(locks.count == 1 ? "1 lock" : "\(locks.count) locks")"
            )
            await service.shutdown()
        }
    }

    private func show(_ locks: [ResticLock]) {
        let table = TextTable(
            columns: ["lock", "kind", "host", "user", "process", "since"],
            rows: locks.map { lock in
                [
                    String(lock.id.prefix(8)), lock.exclusive ? "exclusive" : "shared",
                    lock.hostname.printable,
                    lock.username.printable, String(lock.pid), lock.time.local,
                ]
            }
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
    }

    /// Asks the person at the terminal. Throws where nobody can be asked.
    private func ask() throws -> Bool {
        guard QuestionPrompt.canAsk else {
            throw CommandError(
                "nobody can be asked whether to remove the locks",
                fix: "When no restic uses the repository any more, on no host, run this with --yes."
            )
        }
        Console.standardError.write(
            "Does no restic use the repository any more, on no host, and shall they go? [y/N] "
        )
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
}

/// A lock as JSON, with restic's own keys.
private struct ResticLockJSON: Encodable {
    let id: String
    let time: Timestamp
    let exclusive: Bool
    let hostname: String
    let username: String
    let pid: Int

    init(_ lock: ResticLock) {
        (id, time, exclusive) = (lock.id, lock.time, lock.exclusive)
        (hostname, username, pid) = (lock.hostname, lock.username, lock.pid)
    }
}
