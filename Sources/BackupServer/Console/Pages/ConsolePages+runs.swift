import BackupAPI
import PluginHost
import RunJournal

extension ConsolePages {
    /// So many runs are on a page.
    private static let runCount = 50
    /// So many steps are on a page.
    private static let stepCount = 200

    /// Runs, newest first, page by page.
    func runs(_ query: Query) async throws -> ConsolePage {
        let show = query["show"] ?? "all"
        var filter = RunFilter(
            script: query["script"].flatMap { $0.isEmpty ? nil : $0 },
            limit: Self.runCount + 1
        )
        switch show {
        case "open": filter.statuses = [.running, .parked]
        case "trouble": filter.statuses = [.failed, .warning, .timedOut, .missed, .parked]
        default: break
        }
        filter.marker = query["after"]
        let found = try await runs.journal.runs(filter)
        let shown = found.prefix(Self.runCount)
        let table = PageTable(
            label: "Runs",
            columns: [
                .init(title: "Script"), .init(title: "Outcome", isTop: true),
                .init(title: "Started", isWide: true),
                .init(title: "Took", isNumber: true), .init(title: "Message", isWide: true),
            ],
            rows: shown.map { run in
                let start = Timestamp(microseconds: run.started)
                return [
                    "<a href=\"/runs/\(run.id.percentEncoded)\">\(run.scriptName)</a>",
                    OutcomeSign(of: runs.standing(run)).html(), time.html(start),
                    "\(time.took(start, run.ended.map(Timestamp.init(microseconds:))))",
                    "\(run.message.map { String($0.prefix(200)) } ?? "")",
                ]
            }
        )
        let presets = [("all", "All"), ("open", "In flight"), ("trouble", "With trouble")].map {
            value,
            name -> HTML in
            let current: HTML = value == show ? " aria-current=\"true\"" : ""
            let script: HTML? = filter.script.map { "&amp;script=\($0.percentEncoded)" }
            return "<a href=\"/runs?show=\(value)\(script)\"\(current)>\(name)</a> "
        }
        let older: HTML? =
            found.count > shown.count
            ? shown.last.map { last in
                let script: HTML? = filter.script.map { "&amp;script=\($0.percentEncoded)" }
                return
                    "<p><a class=\"button\" href=\"/runs?show=\(show.percentEncoded)\(script)&amp;after=\(last.id.percentEncoded)\">Older</a></p>"
            } : nil
        let list: HTML = shown.isEmpty ? "<p>There are no such runs.</p>" : table.html
        return ConsolePage(
            "Runs",
            at: .runs,
            """
            \(lead("Runs"))
            <section aria-label="Runs"><form class="actions" method="get" action="/runs"><nav aria-label="Filter runs" class="small">\(presets)</nav>
            <input type="hidden" name="show" value="\(show)"><label for="script">Script</label> \
            <input id="script" name="script" value="\(filter.script ?? "")"><button>Show</button></form>
            <div id="runs" data-live>\(list)</div>\(older)</section>
            """
        )
    }

    /// One run: how it stands, what it was given, what it asks and what it did.
    func run(_ id: String, _ query: Query) async throws -> ConsolePage {
        let run = try await lookout.run(id)
        let standing = runs.standing(run)
        let start = Timestamp(microseconds: run.started)
        let end = run.ended.map(Timestamp.init(microseconds:))
        let questions = try await lookout.questions(of: run)
        let message: HTML? = run.message.map { "<p>\($0)</p>" }
        let cancel: HTML? =
            run.isCancellationRequested && !run.status.isOver
            ? "<p>It was asked to stop.</p>"
            : run.status.isOver
                ? nil : reader.form("/runs/\(id.percentEncoded)/cancel", "<button>Cancel</button>")
        let asked = questions.map { question -> HTML in
            let details: HTML? = question.details.map { "<p class=\"quiet small\">\($0)</p>" }
            let why: HTML =
                question.isAsked ? "asks" : "\(question.call): nobody can tell whether it has happened"
            return """
                <li class="need parked"><div><p class="line">\(OutcomeSign(of: "question").html())<span>step \(question.step) \(why)</span></p>
                <h3>\(question.text)</h3>\(details)</div>\(QuestionForm(question: question, reader: reader).html)</li>
                """
        }
        let needs: HTML? =
            asked.isEmpty
            ? nil
            : "<section aria-labelledby=\"h-asked\"><h2 id=\"h-asked\">What it asks</h2><ul class=\"needs\">\(asked)</ul></section>"
        return ConsolePage(
            "\(run.scriptName), \(time.text(start))",
            at: .runs,
            """
            \(lead("\(run.scriptName), \(time.text(start))", trail: "<a href=\"/runs\">Runs</a> / <a href=\"/runs?script=\(run.scriptName.percentEncoded)\">\(run.scriptName)</a>", sign: OutcomeSign(of: standing), "\(message)\(cancel)"))
            \(needs)
            \(facts([
                ("Started", time.html(start)), ("Took", "\(time.took(start, end))"),
                ("Attempt", run.attempt > 1 ? "\(run.attempt)" : nil),
                ("Arguments", run.arguments == "[]" || run.arguments == "{}" ? nil : "<code>\(String(run.arguments.prefix(2_000)))</code>"),
                ("Script", "<code>\(String(run.scriptSHA256.prefix(12)))</code>"), ("Run", "<code>\(run.id)</code>"),
            ]))
            \(try await steps(of: run, query))
            """
        )
    }

    private func steps(of run: RunRecord, _ query: Query) async throws -> HTML {
        let counts = try await runs.journal.stepCounts(of: run.id)
        let withTrouble = query["show"] == "trouble"
        let total = withTrouble ? counts.failed + counts.open : counts.all
        let pages = max(1, (total + Self.stepCount - 1) / Self.stepCount)
        let page = min(max(1, query["page"].flatMap { Int($0) } ?? 1), pages)
        let steps = try await runs.journal.steps(
            of: run.id,
            withTrouble: withTrouble,
            skipping: (page - 1) * Self.stepCount,
            limit: Self.stepCount
        )
        let timeline = Timeline(run: run, now: time.now)
        let table = PageTable(
            label: "Steps",
            columns: [
                .init(title: "Step"), .init(title: "Outcome", isTop: true),
                .init(title: "At", isNumber: true),
                .init(title: "Took", isNumber: true), .init(title: "When", isWide: true),
            ],
            rows: steps.map { row(of: $0, timeline) }
        )
        let path = "/runs/\(run.id.percentEncoded)"
        let all: HTML =
            withTrouble
            ? "<a href=\"\(path)\">All \(counts.all)</a>"
            : "<a href=\"\(path)\" aria-current=\"true\">All \(counts.all)</a>"
        let trouble: HTML? =
            counts.failed + counts.open == 0
            ? nil
            : " · <a href=\"\(path)?show=trouble\"\(withTrouble ? HTML(" aria-current=\"true\"") : "")>\(counts.failed + counts.open) failed or open</a>"
        let show: HTML = withTrouble ? "show=trouble&amp;" : ""
        let links: HTML? =
            pages == 1
            ? nil
            : """
            <nav aria-label="Pages of steps" class="small">\(page > 1 ? "<a href=\"\(path)?\(show)page=\(page - 1)\">Earlier</a> " : HTML(""))\
            page \(page) of \(pages)\(page < pages ? " <a href=\"\(path)?\(show)page=\(page + 1)\">Later</a>" : HTML(""))</nav>
            """
        let list: HTML = steps.isEmpty ? "<p>No steps.</p>" : table.html
        return """
            <section aria-labelledby="h-steps" id="steps" data-live><div class="head"><h2 id="h-steps">What it did</h2>\
            <nav aria-label="Filter steps" class="small">\(all)\(trouble)</nav></div>\(list)\(links)</section>
            """
    }

    private func row(of step: StepRecord, _ timeline: Timeline) -> [HTML] {
        let start = Timestamp(microseconds: step.started)
        let end = step.ended.map(Timestamp.init(microseconds:))
        let word = step.state == .intent ? "open" : step.state.rawValue
        let error: HTML? = step.error.map { "<br><span class=\"quiet small\">\(Self.sentence($0))</span>" }
        let reference: HTML? =
            step.name.hasPrefix("backup.") && step.kind == .start
            ? step.externalReference.map {
                "<br><a class=\"small\" href=\"/backups/\($0.percentEncoded)\">\($0)</a>"
            } : nil
        return [
            "<code>\(step.shortCall)</code> <span class=\"quiet small\">\(step.key.place)</span>\(error)\(reference)",
            OutcomeSign(of: word).html(), time.clock(start),
            "\(step.state == .intent ? "–" : time.took(start, end))",
            timeline.bar(step, OutcomeSign(of: word).tone),
        ]
    }

    /// What a person should read of a recorded error.
    private static func sentence(_ error: String) -> String {
        let json = try? BackupAPI.JSONReader.read(Array(error.utf8))
        return String((json?["message"]?.stringValue ?? error).prefix(500))
    }
}

/// When the steps of a run were, as bars between its begin and its end.
private struct Timeline {
    private let start: Int64
    private let length: Int64

    init(run: RunRecord, now: Timestamp) {
        start = run.started
        length = max(1, (run.ended ?? now.microseconds) - run.started)
    }

    func bar(_ step: StepRecord, _ tone: OutcomeSign.Tone) -> HTML {
        let from = place(step.started)
        let to = max(place(step.ended ?? start + length), from + 4)
        return """
            <svg class="gantt" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="t-soft" x="0" y="9" width="1000" height="2"/>\
            <rect class="t-\(tone.rawValue)" x="\(from)" y="3" width="\(to - from)" height="14"/></svg>
            """
    }

    /// In thousandths.
    private func place(_ moment: Int64) -> Int {
        Int(min(1, max(0, Double(moment - start) / Double(length))) * 996)
    }
}

extension StepRecord {
    /// The call, as a script would write it, cut.
    fileprivate var shortCall: String { StepMismatch.call(name, input).prefix(120).description }
}
