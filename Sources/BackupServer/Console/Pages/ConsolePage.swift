import BackupAPI
import Schedules

/// A page of the console: what is in it, and the frame that all have.
struct ConsolePage: Sendable {
    /// The pages that the frame leads to.
    enum Place: String, CaseIterable, Sendable {
        case now = "/"
        case runs = "/runs"
        case backups = "/backups"
        case workflows = "/workflows"

        var title: String {
            switch self {
            case .now: "Now"
            case .runs: "Runs"
            case .backups: "Backups"
            case .workflows: "Workflows"
            }
        }
    }

    /// Who looks, and what their forms need.
    struct Reader: Sendable {
        let principal: Principal
        let formToken: String

        /// Whether they may start, answer and cancel.
        var mayAct: Bool { principal.role.allows("POST") }

        /// A form that changes something; `nil` for who may not.
        func form(_ action: String, _ content: HTML) -> HTML? {
            guard mayAct else { return nil }
            return """
                <form class="actions" method="post" action="\(action)">\
                <input type="hidden" name="form_token" value="\(formToken)">\(content)</form>
                """
        }
    }

    var status = 200
    let title: String
    let place: Place?
    let content: HTML

    init(_ title: String, at place: Place?, status: Int = 200, _ content: HTML) {
        (self.title, self.place, self.status, self.content) = (title, place, status, content)
    }

    /// The whole document. `needs` is how many things need a person, where that is known.
    func document(_ site: String, _ time: PageTime, reader: Reader?, needs: Int? = nil) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="\(ConsoleAssets.mark.path)" type="image/svg+xml">
        <title>\(title) · \(site) · Moonkeep</title>
        <link rel="stylesheet" href="\(ConsoleAssets.style.path)">
        <script src="\(ConsoleAssets.script.path)" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the page</a>
        <header class="bar"><div>
        <a class="mark" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15.5 2.6A9.8 9.8 0 1 0 21.6 15 8.2 8.2 0 0 1 15.5 2.6Z" \
        fill="currentColor"/></svg>Moonkeep <small>\(site)</small></a>
        \(reader.map { navigation($0, needs) })
        </div></header>
        <main id="main">
        \(content)
        </main>
        <footer>Times are \(time.zone.name). As of \(time.html(time.now)).</footer>
        </body>
        </html>

        """
    }

    private func navigation(_ reader: Reader, _ needs: Int?) -> HTML {
        let items = Place.allCases.map { place -> HTML in
            let current: HTML = place == self.place ? " aria-current=\"page\"" : ""
            let count: HTML? =
                place == .now && (needs ?? 0) > 0
                ? " <span class=\"count\">\(needs ?? 0)<span class=\"hidden-text\"> need you</span></span>"
                : nil
            return "<li><a href=\"\(place.rawValue)\"\(current)>\(place.title)\(count)</a></li>"
        }
        return """
            <nav class="pages" aria-label="Pages"><ul>\(items)</ul></nav>
            <form class="who" method="post" action="/session/end">\
            <input type="hidden" name="form_token" value="\(reader.formToken)">\
            <span>\(reader.principal.name), \(reader.principal.role.rawValue)</span><button class="plain">Sign out</button></form>
            """
    }
}

/// A table that folds into cards on a narrow page; explicit roles keep it a table for those who hear it.
struct PageTable: Sendable {
    struct Column: Sendable {
        let title: String
        var isNumber = false
        /// Takes the whole width of a card.
        var isWide = false
        /// Stands beside the title of a card.
        var isTop = false
    }

    let label: String
    let columns: [Column]
    /// Each with as many cells as there are columns; the first is the row's title.
    let rows: [[HTML]]

    var html: HTML {
        let heads = columns.map { column -> HTML in
            "<th role=\"columnheader\" scope=\"col\"\(column.isNumber ? HTML(" class=\"num\"") : "")>\(column.title)</th>"
        }
        let lines = rows.map { row -> HTML in
            "<tr role=\"row\">\(zip(columns, row).enumerated().map(cell))</tr>\n"
        }
        return """
            <div class="panel"><table class="fold" role="table" aria-label="\(label)"><thead role="rowgroup"><tr role="row">\(heads)</tr></thead>
            <tbody role="rowgroup">\(lines)</tbody></table></div>
            """
    }

    private func cell(_ index: Int, _ item: (Column, HTML)) -> HTML {
        let (column, content) = item
        guard index > 0 else { return "<th role=\"rowheader\" scope=\"row\">\(content)</th>" }
        let classes = [
            column.isNumber ? "num" : nil, column.isWide ? "wide" : nil, column.isTop ? "top" : nil,
        ]
        .compactMap { $0 }.joined(separator: " ")
        return "<td role=\"cell\" class=\"\(classes)\" data-label=\"\(column.title)\">\(content)</td>"
    }
}

extension HTML {
    /// A literal of the program itself.
    init(_ literal: StaticString) {
        self.init(stringLiteral: "\(literal)")
    }
}
