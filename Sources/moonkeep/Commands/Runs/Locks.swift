import ArgumentParser
import BackupAPI
import PluginHost
import RunJournal

struct Locks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locks",
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
            let journal = try site.open().openJournal()
            let locks = try await journal.locks()
            let states = try await states(of: locks, in: journal)
            if json {
                return Console.standardOutput.writeLine(
                    try JSONText.encode(
                        locks.map { LockJSON($0, isInterrupted: states[$0.step.run] == "interrupted") },
                        layout: .pretty
                    )
                )
            }
            guard !locks.isEmpty else { return Console.standardOutput.writeLine("No lock is held.") }
            let table = TextTable(
                columns: ["lock", "mode", "run", "status", "since"],
                rows: locks.map { lock in
                    [
                        lock.name.printable, lock.mode.rawValue, lock.step.run,
                        states[lock.step.run] ?? lock.runStatus.rawValue,
                        Timestamp(microseconds: lock.since).local,
                    ]
                }
            )
            for line in table.lines() { Console.standardOutput.writeLine(line) }
        }
    }

    /// Where the runs that hold locks stand, by their ids.
    private func states(of locks: [LockRecord], in journal: RunStore) async throws -> [String: String] {
        let now = Clocks.now()
        var states: [String: String] = [:]
        for run in Set(locks.map(\.step.run)) { states[run] = try await journal.run(run).statusText(at: now) }
        return states
    }
}

/// A lock as JSON.
private struct LockJSON: Encodable {
    let name: String
    let mode: String
    let run: String
    let step: String
    let runStatus: String
    let isInterrupted: Bool
    let since: Timestamp

    init(_ lock: LockRecord, isInterrupted: Bool) {
        self.isInterrupted = isInterrupted
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
        case isInterrupted = "is_interrupted"
        case since
    }
}
