import ArgumentParser
import BackupAPI
import PluginHost

struct ShowSchedules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules",
        abstract: "Lists what runs by itself while 'moonkeep serve' does, or shows one with its last runs.",
        discussion: """
            Workflows are the files in the folder 'scripts' whose manifest has a 'schedule'; configurations have theirs in \
            the site file. Times are in UTC, those to come with the schedule's jitter.
            """
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "JSON, for programs.")
    var json = false

    @OptionGroup var list: ListOptions

    @Argument(help: "A workflow's path in the site, or a configuration's name.")
    var name: String?

    func run() async throws {
        try await CommandError.naming {
            let entries = try await entries()
            guard let name else { return try show(entries) }
            let known = entries.map(\.name)
            guard let entry = entries.first(where: { [name, "scripts/\(name)"].contains($0.name) }) else {
                let hint = known.nearest(to: name).map { "Did you mean '\($0)'?" }
                throw CommandError(
                    "there is no schedule '\(name)'",
                    fix: hint ?? "'moonkeep schedules' lists them."
                )
            }
            try show(entry)
        }
    }

    /// Where the site file cannot be used, people are told that a server still follows the one before.
    private func entries() async throws -> [ScheduleEntry] {
        do {
            return try await CommandError.naming {
                try await site.open().schedules(limit: name == nil ? 1 : list.limit)
            }
        } catch let error as CommandError {
            guard let folder = try? Site.folder(named: site.site),
                let sentence = ServeNotice.sentence(in: folder + "/state")
            else { throw error }
            throw CommandError(
                error.message,
                fix: [error.fix, sentence].compactMap { $0 }.joined(separator: " "),
                status: error.status
            )
        }
    }

    private func show(_ entries: [ScheduleEntry]) throws {
        let entries = Array(entries.prefix(list.limit))
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(entries.map { ScheduleJSON($0) }, layout: .pretty)
            )
        }
        guard !entries.isEmpty else {
            return Console.standardOutput.writeLine(
                "Nothing has a schedule yet; 'moonkeep help schedule' shows how a workflow gets one."
            )
        }
        let table = TextTable(
            columns: ["name", "schedule", "zone", "next", "last", "outcome", "id"],
            rows: entries.map { entry in
                let last = entry.past.first
                return [
                    entry.name, entry.schedule ?? "–", entry.zone ?? "–",
                    entry.next.first?.local ?? "–", last?.time.local ?? "–",
                    last?.outcome ?? "–", last?.id ?? "–",
                ]
            }
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
        for entry in entries {
            guard let problem = entry.problem else { continue }
            Console.standardOutput.writeLine("\(entry.name): \(problem)".printable)
        }
    }

    private func show(_ entry: ScheduleEntry) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(ScheduleJSON(entry, isWhole: true), layout: .pretty)
            )
        }
        let facts =
            [["name", entry.name], ["kind", entry.kind.rawValue]]
            + [("schedule", entry.schedule), ("zone", entry.zone), ("problem", entry.problem)]
            .compactMap { title, text in text.map { [title, $0] } }
            + entry.next.map { ["next", $0.local] }
        var lines = TextTable(columns: [], rows: facts).lines()
        if !entry.past.isEmpty {
            let table = TextTable(
                columns: ["due", "outcome", "id", "message"],
                rows: entry.past.map { slot in
                    [slot.time.local, slot.outcome, slot.id ?? "–", slot.message ?? ""]
                }
            )
            lines += [""] + table.lines()
        }
        for line in lines { Console.standardOutput.writeLine(line) }
    }
}
