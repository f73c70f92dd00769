import ArgumentParser
import BackupAPI
import PluginHost
import RunJournal

struct Locks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the locks that runs of the site hold.",
        discussion: """
            A run that was interrupted or is parked keeps its locks until it is resumed or given up.
            """
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "JSON, for programs.")
    var json = false

    func run() async throws {
        try await CommandError.naming {
            let locks = try await site.open().openJournal().locks()
            if json {
                return Console.standardOutput.writeLine(
                    try JSONText.encode(locks.map(LockJSON.init), layout: .pretty)
                )
            }
            guard !locks.isEmpty else { return Console.standardOutput.writeLine("No lock is held.") }
            let table = TextTable(
                columns: ["lock", "mode", "run", "status", "since"],
                rows: locks.map { lock in
                    [
                        lock.name.printable, lock.mode.rawValue, lock.step.run, lock.runStatus.rawValue,
                        Timestamp(microseconds: lock.since).wholeSeconds,
                    ]
                }
            )
            for line in table.lines() { Console.standardOutput.writeLine(line) }
        }
    }
}

/// A lock as JSON.
private struct LockJSON: Encodable {
    let name: String
    let mode: String
    let run: String
    let step: String
    let runStatus: String
    let since: Timestamp

    init(_ lock: LockRecord) {
        name = lock.name
        mode = lock.mode.rawValue
        run = lock.step.run
        step = "\(lock.step.taskPath)#\(lock.step.sequence)"
        runStatus = lock.runStatus.rawValue
        since = Timestamp(microseconds: lock.since)
    }

    private enum CodingKeys: String, CodingKey {
        case name, mode, run, step
        case runStatus = "run_status"
        case since
    }
}
