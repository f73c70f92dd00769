import BackupAPI
import PluginHost

/// The first page: what needs a person, what runs, how the backups stand, and what is next.
struct NowPage: Sendable {
    let overview: Overview
    let time: PageTime
    let reader: ConsolePage.Reader

    /// So many things that are next are shown.
    private static let nextCount = 10

    var page: ConsolePage {
        ConsolePage(
            headline,
            at: .now,
            """
            <header class="lead" id="lead" data-live><h1 aria-live="polite">\(headline)</h1>
            <p class="quiet">\(summary)</p></header>
            \(needs)
            \(running)
            \(backups)
            \(next)
            """
        )
    }

    private var headline: String {
        let count = overview.needs.count
        let known = overview.configurations.filter { $0.state != nil }
        let good = known.count { $0.outcomes.last == "ok" }
        let state =
            known.isEmpty ? "no backup was made yet" : "\(good) of \(known.count) newest backups were good"
        switch count {
        case 0: return "Nothing needs you; \(state)"
        case 1: return "One thing needs you; \(state)"
        default: return "\(count) things need you; \(state)"
        }
    }

    private var summary: HTML {
        guard let first = overview.next.first else { return "Nothing runs by itself." }
        return "Next is \(first.name), \(time.html(first.time)), \(time.distance(first.time))."
    }

    private var needs: HTML {
        let items = overview.needs.map { need -> HTML in
            let sign = OutcomeSign(of: need.kind == .broken ? "does not run" : need.kind.rawValue)
            let subject: HTML =
                if let run = need.run {
                    "<a href=\"/runs/\(run.percentEncoded)\">\(need.subject)</a>"
                } else if let backup =
                    need.backup
                { "<a href=\"/backups/\(backup.percentEncoded)\">\(need.subject)</a>" } else {
                    "\(need.subject)"
                }
            let moment: HTML? = need.time.map { ", \(time.html($0)), \(time.distance($0))" }
            return """
                <li class="need \(sign.tone.rawValue)"><div><p class="line">\(sign.html())<span>\(subject)\(moment)</span></p>
                <h3>\(need.text)</h3></div>\(need.question.flatMap { QuestionForm(question: $0, reader: reader).html })</li>
                """
        }
        let list: HTML =
            items.isEmpty
            ? "<p>No run waits, no script failed in the last 7 days, and no message is undelivered.</p>"
            : "<ul class=\"needs\">\(items)</ul>"
        return
            "<section id=\"needs\" data-live aria-labelledby=\"h-needs\"><h2 id=\"h-needs\">Needs you</h2>\(list)</section>"
    }

    private var running: HTML {
        let names = Dictionary(
            overview.configurations.map { ($0.configuration, $0.name) },
            uniquingKeysWith: { first, _ in first }
        )
        let backups = overview.backups.map { running -> HTML in
            let backup = running.backup
            let name = names[backup.configuration.id.rawValue] ?? backup.configuration.id.rawValue
            let percent = running.progress?.fraction.map { Int($0 * 100) }
            let bar: HTML? = percent.map {
                "<progress value=\"\($0)\" max=\"100\" aria-label=\"\(name): \($0) %\">\($0) %</progress>"
            }
            return """
                <li class="live"><div><a href="/backups/\(backup.id.rawValue.percentEncoded)"><b>\(name)</b></a> \
                <span class="quiet small">backup</span></div>\(bar ?? "<span></span>")\
                \(reader.form("/backups/\(backup.id.rawValue.percentEncoded)/stop", "<button>Stop<span class=\"hidden-text\"> \(name)</span></button>"))
                <p class="numbers">\(ProgressWords(running).text)</p></li>
                """
        }
        let runs = overview.runs.map { run -> HTML in
            """
            <li class="live"><div><a href="/runs/\(run.id.percentEncoded)"><b>\(run.script)</b></a> \
            <span class="quiet small">run</span></div><span></span>\
            \(run.isCancellationRequested ? "<span>is cancelled</span>" : reader.form("/runs/\(run.id.percentEncoded)/cancel", "<button>Cancel<span class=\"hidden-text\"> \(run.script)</span></button>"))
            <p class="numbers">since \(time.clock(run.startedTime)), \(time.took(run.startedTime, nil))</p></li>
            """
        }
        let list: HTML =
            backups.isEmpty && runs.isEmpty
            ? "<p>Nothing runs.</p>" : "<ul class=\"lives panel\">\(backups)\(runs)</ul>"
        return """
            <section id="running" data-live aria-labelledby="h-runs"><div class="head"><h2 id="h-runs">Running now</h2>\
            <a class="small" href="/runs">All runs</a></div>\(list)</section>
            """
    }

    private var backups: HTML {
        """
        <section id="backups" data-live aria-labelledby="h-backups"><div class="head"><h2 id="h-backups">Backups</h2>\
        <p class="small quiet">Oldest good backup first. Bars are the last 14 backups: full is good, with a gap a warning, hollow \
        failed, flat none.</p></div>\(ConfigurationTable(standings: overview.configurations, time: time).html)</section>
        """
    }

    private var next: HTML? {
        guard !overview.next.isEmpty else { return nil }
        let table = PageTable(
            label: "Next",
            columns: [.init(title: "What"), .init(title: "When", isWide: true), .init(title: "Kind")],
            rows: overview.next.prefix(Self.nextCount).map { next in
                [
                    "\(next.name)",
                    "\(time.html(next.time)) <span class=\"quiet small\">\(time.distance(next.time))</span>",
                    "\(next.kind)",
                ]
            }
        )
        return "<section aria-labelledby=\"h-next\"><h2 id=\"h-next\">Next</h2>\(table.html)</section>"
    }
}

/// How far a backup is, in words.
private struct ProgressWords {
    let text: String

    init(_ running: Overview.Running) {
        guard let progress = running.progress, progress.totalBytes > 0 else {
            text = running.backup.state.rawValue.replacing("_", with: " ")
            return
        }
        let done = Figures.bytes(progress.bytesDone)
        let errors = progress.errorCount > 0 ? ", \(progress.errorCount) errors" : ""
        text =
            "\(done) of \(Figures.bytes(progress.totalBytes)), \(Figures.count(progress.filesDone)) files\(errors)"
    }
}

/// The choices of a question as buttons; none is put forward, but the script's own default.
struct QuestionForm: Sendable {
    let question: QuestionResource
    let reader: ConsolePage.Reader

    var html: HTML? {
        let buttons = question.choices.map { choice -> HTML in
            let isFirst: HTML = choice == question.preset ? " class=\"first\"" : ""
            return "<button\(isFirst) name=\"choice\" value=\"\(choice)\">\(words(choice))</button>"
        }
        let giveUp: HTML? =
            question.choices.contains("give_up")
            ? nil : "<button class=\"plain\" name=\"choice\" value=\"give_up\">End the run</button>"
        return reader.form(
            "/runs/\(question.run.percentEncoded)/decide",
            "<input type=\"hidden\" name=\"step\" value=\"\(question.step)\">\(buttons)\(giveUp)"
        )
    }

    private func words(_ choice: String) -> String {
        guard !question.isAsked else { return choice }
        switch choice {
        case "happened": return "It happened"
        case "start_again": return "Do it again"
        case "give_up": return "End the run"
        default: return choice.hasPrefix("adopt:") ? "It is \(choice.dropFirst(6).prefix(13))" : choice
        }
    }
}

/// All configurations with how their backups stand.
struct ConfigurationTable: Sendable {
    let standings: [Overview.Standing]
    let time: PageTime

    var html: HTML {
        guard !standings.isEmpty else { return "<p>There are no configurations yet.</p>" }
        return PageTable(
            label: "Configurations",
            columns: [
                .init(title: "Configuration"), .init(title: "Last", isTop: true),
                .init(title: "Last good", isWide: true), .init(title: "Last 14", isWide: true),
                .init(title: "Size", isNumber: true), .init(title: "Took", isNumber: true),
            ],
            rows: standings.map { standing in
                [
                    """
                    <a href="/backups/of/\(standing.configuration.percentEncoded)">\(standing.name)</a>\
                    \(standing.isEnabled ? nil : HTML(" <span class=\"quiet small\">disabled</span>"))
                    """,
                    OutcomeSign(of: standing.state ?? "none yet").html(),
                    standing.lastGoodTime.map {
                        "\(time.distance($0)) <span class=\"quiet small\">\(time.html($0))</span>"
                    } ?? "–",
                    OutcomeBars(outcomes: standing.outcomes).html,
                    "\(standing.bytes.map(Figures.bytes) ?? "–")",
                    "\(standing.seconds.map { Figures.duration(.seconds($0)) } ?? "–")",
                ]
            }
        ).html
    }
}

/// The outcomes of the last backups as bars; the picture's name has their counts.
struct OutcomeBars: Sendable {
    let outcomes: [String]

    var html: HTML {
        let words = [
            ("ok", "good"), ("warning", "with a warning"), ("failed", "failed"), ("running", "running"),
        ]
        var counts = words.compactMap { outcome, word -> String? in
            let count = outcomes.count { $0 == outcome }
            return count > 0 ? "\(count) \(word)" : nil
        }
        let others = outcomes.count { outcome in !words.contains { $0.0 == outcome } }
        if others > 0 { counts.append("\(others) stopped, skipped or missed") }
        let label =
            outcomes.isEmpty ? "No backups yet" : "Last \(outcomes.count): \(counts.joined(separator: ", "))"
        let bars = outcomes.suffix(14).enumerated().map { index, outcome -> HTML in
            let x = index * 12
            return switch outcome {
            case "ok": "<rect class=\"t-ok\" x=\"\(x)\" y=\"2\" width=\"8\" height=\"20\" rx=\"1\"/>"
            case "running":
                "<rect class=\"t-running\" x=\"\(x)\" y=\"2\" width=\"8\" height=\"20\" rx=\"1\"/>"
            case "warning":
                """
                <rect class="t-warning" x="\(x)" y="10" width="8" height="12" rx="1"/>\
                <rect class="t-warning" x="\(x + 2)" y="2" width="4" height="5"/>
                """
            case "failed":
                """
                <rect class="hollow" x="\(x + 1)" y="3" width="6" height="18"/>\
                <path class="hollow" d="M\(x + 1) 21 \(x + 7) 3"/>
                """
            default: "<rect class=\"t-none\" x=\"\(x)\" y=\"19\" width=\"8\" height=\"3\"/>"
            }
        }
        return
            "<svg class=\"nights\" viewBox=\"0 0 168 24\" role=\"img\" aria-label=\"\(label)\"><title>\(label)</title>\(bars)</svg>"
    }
}
