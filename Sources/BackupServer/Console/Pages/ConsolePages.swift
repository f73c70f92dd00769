import BackupAPI
import PluginHost
import RunJournal

/// The pages behind the first one.
struct ConsolePages: Sendable {
    let lookout: Lookout
    let time: PageTime
    let reader: ConsolePage.Reader

    var runs: ServedRuns { lookout.runs }

    /// The start of a page: where it lies, its title, how it stands, and more.
    func lead(_ title: String, trail: HTML? = nil, sign: OutcomeSign? = nil, _ more: HTML = "") -> HTML {
        let path: HTML? = trail.map { "<p class=\"trail\">\($0)</p>" }
        let chip: HTML? = sign.map { "<p>\($0.html(asChip: true))</p>" }
        return """
            <header class="lead" id="lead" data-live>\(path)<div class="head"><h1>\(title)</h1>\(chip)</div>
            \(more)</header>
            """
    }

    /// Facts with their names.
    func facts(_ facts: [(String, HTML?)]) -> HTML {
        let items = facts.compactMap { name, value -> HTML? in
            value.map { "<div><dt>\(name)</dt><dd>\($0)</dd></div>" }
        }
        return "<section aria-label=\"Facts\"><dl class=\"facts panel pad\">\(items)</dl></section>"
    }

    /// What runs by itself, when next, and what came of it.
    func workflows() async throws -> ConsolePage {
        let schedules = try await runs.schedules().sorted { $0.name < $1.name }
        let table = PageTable(
            label: "Schedules",
            columns: [
                .init(title: "Name"), .init(title: "Last", isTop: true),
                .init(title: "Schedule", isWide: true),
                .init(title: "Next", isWide: true),
            ],
            rows: schedules.map { entry in
                let last = entry.slots.first
                let sign = OutcomeSign(of: last?.outcome ?? "not due yet").html()
                let shown: HTML =
                    entry.kind == "workflow" && last?.id != nil
                    ? "<a href=\"/runs/\((last?.id ?? "").percentEncoded)\">\(sign)</a>" : sign
                let problem: HTML? = entry.problem.map { "<br><span class=\"problem\">\($0)</span>" }
                let next = entry.nextTimes.map { moment -> HTML in "<br>\(time.html(moment))" }
                let first: HTML = entry.nextTimes.first.map { "\(time.distance($0))" } ?? "–"
                return [
                    "\(entry.name) <span class=\"quiet small\">\(entry.kind)</span>", shown,
                    "\(entry.schedule ?? "–") <span class=\"quiet small\">\(entry.timeZone ?? "")</span>\(problem)",
                    "\(first)<span class=\"quiet small\">\(next)</span>",
                ]
            }
        )
        let list: HTML =
            schedules.isEmpty
            ? "<p>Nothing runs by itself yet. 'moonkeep help schedule' shows how a workflow gets a schedule.</p>"
            : table.html
        return ConsolePage(
            "Workflows",
            at: .workflows,
            "\(lead("Workflows and schedules"))<section aria-label=\"Schedules\">\(list)</section>"
        )
    }
}
