import BackupAPI
import PluginHost

extension ConsolePages {
    /// So many backups are on a page.
    private static let backupCount = 50
    /// So many entries of a folder are shown.
    private static let entryCount = 1_000

    /// All configurations.
    func configurations() async throws -> ConsolePage {
        let table = ConfigurationTable(standings: try await lookout.standings(), time: time)
        return ConsolePage(
            "Backups",
            at: .backups,
            "\(lead("Backups"))<section id=\"backups\" data-live aria-label=\"Configurations\">\(table.html)</section>"
        )
    }

    /// The backups of a configuration, newest first, page by page.
    func backups(of id: String, _ query: Query) async throws -> ConsolePage {
        let configuration = try await lookout.service.configuration(ResourceID(id))
        let filter = BackupFilter(
            configuration: configuration.id,
            limit: Self.backupCount + 1,
            marker: query["after"].map { ResourceID($0) }
        )
        let found = try await lookout.service.backups(filter)
        let shown = found.prefix(Self.backupCount)
        let table = PageTable(
            label: "Backups of \(configuration.name)",
            columns: [
                .init(title: "Taken"), .init(title: "Outcome", isTop: true),
                .init(title: "Files", isNumber: true),
                .init(title: "Size", isNumber: true), .init(title: "Added", isNumber: true),
                .init(title: "Took", isNumber: true),
                .init(title: "Errors", isWide: true),
            ],
            rows: shown.map { backup in
                [
                    "<a href=\"/backups/\(backup.id.rawValue.percentEncoded)\">\(moment(of: backup))</a>",
                    OutcomeSign(of: backup.state.rawValue).html(), "\(Figures.count(backup.filesSearched))",
                    "\(Figures.bytes(backup.bytesSearched))", "\(Figures.bytes(backup.bytesBackedUp))",
                    "\(backup.seconds.map { Figures.duration(.seconds($0)) } ?? "–")",
                    "\(backup.errors.sentence)",
                ]
            }
        )
        let older: HTML? =
            found.count > shown.count
            ? shown.last.map { last in
                "<p><a class=\"button\" href=\"/backups/of/\(id.percentEncoded)?after=\(last.id.rawValue.percentEncoded)\">Older</a></p>"
            } : nil
        let start: HTML? =
            configuration.deleted
            ? nil
            : reader.form(
                "/backups/of/\(id.percentEncoded)/start",
                """
                <input type="hidden" name="nonce" value="\(Secret.text(of: Secret.systemBytes(16)))">\
                <button class="first">Back up now</button>
                """
            )
        let list: HTML =
            shown.isEmpty ? "<p>No backup was made yet.</p>" : "\(growth(Array(shown)))\(table.html)"
        return ConsolePage(
            configuration.name,
            at: .backups,
            """
            \(lead(configuration.name, trail: "<a href=\"/backups\">Backups</a>", start ?? ""))
            <section id="list" data-live aria-label="Backups">\(list)\(older)</section>
            """
        )
    }

    /// One backup, with what went wrong in it and what is in it.
    func backup(_ id: String, _ query: Query) async throws -> ConsolePage {
        let backup = try await lookout.service.backup(ResourceID(id))
        let configuration = try? await lookout.service.configuration(backup.configuration.id)
        let name = configuration?.name ?? backup.configuration.id.rawValue
        let errors = try await lookout.service.errors(of: backup.id)
        let stop: HTML? =
            backup.state.isFinal
            ? nil : reader.form("/backups/\(id.percentEncoded)/stop", "<button>Stop</button>")
        let messages = errors.list.prefix(Self.entryCount).map { item -> [HTML] in
            ["<code>\(item.path)</code>", "\(item.description ?? item.exception?.description ?? item.type)"]
        }
        let trouble: HTML? =
            errors.count == 0
            ? nil
            : """
            <section aria-labelledby="h-errors"><h2 id="h-errors">What went wrong</h2><p>\(backup.errors.sentence)</p>\
            \(messages.isEmpty ? nil : PageTable(label: "Errors", columns: [.init(title: "File"), .init(title: "Message", isWide: true)], rows: messages).html)</section>
            """
        return ConsolePage(
            "\(name), \(backup.startedTime.map(time.text) ?? "not begun")",
            at: .backups,
            """
            \(lead(name, trail: "<a href=\"/backups\">Backups</a> / <a href=\"/backups/of/\(backup.configuration.id.rawValue.percentEncoded)\">\(name)</a>", sign: OutcomeSign(of: backup.state.rawValue), stop ?? ""))
            \(facts([
                ("Started", backup.startedTime.map(time.html)), ("Ended", backup.endedTime.map(time.html)),
                ("Took", backup.seconds.map { "\(Figures.duration(.seconds($0)))" }),
                ("Files", "\(Figures.count(backup.filesSearched)), \(Figures.count(backup.filesBackedUp)) new or changed"),
                ("Size", "\(Figures.bytes(backup.bytesSearched))"), ("Added", "\(Figures.bytes(backup.bytesBackedUp))"),
                ("Snapshot", backup.local?.resticSnapshotID.map { "<code>\(String($0.prefix(8)))</code>" }),
                ("Backup", "<code>\(backup.id.rawValue)</code>"),
            ]))
            \(trouble)
            \(backup.restorable ? try await folder(query["path"] ?? "/", of: backup) : nil)
            """
        )
    }

    /// The entries of a folder in a backup; folders lead to themselves.
    private func folder(_ path: String, of backup: Backup) async throws -> HTML {
        let items = try await lookout.service.browse(backup.id, path: path)
        let base = "/backups/\(backup.id.rawValue.percentEncoded)?path="
        var trail: [HTML] = ["<a href=\"\(base)%2F\">/</a>"]
        var above = ""
        for part in path.split(separator: "/") {
            above += "/\(part)"
            trail.append("<a href=\"\(base)\(above.percentEncoded)\">\(String(part))</a> / ")
        }
        let rows = items.prefix(Self.entryCount).map { item -> [HTML] in
            let full = (path.hasSuffix("/") ? path : path + "/") + item.name
            let name: HTML =
                item.isFolder ? "<a href=\"\(base)\(full.percentEncoded)\">\(item.name)/</a>" : "\(item.name)"
            return [name, "\(item.isFolder ? "" : Figures.bytes(item.bytes))"]
        }
        let more: HTML? =
            items.count > Self.entryCount
            ? "<p>The first \(Self.entryCount) of \(items.count) are shown.</p>" : nil
        let list: HTML =
            rows.isEmpty
            ? "<p>Nothing is in it.</p>"
            : PageTable(
                label: "Entries of \(path)",
                columns: [.init(title: "Name"), .init(title: "Size", isNumber: true)],
                rows: rows
            ).html
        return """
            <section aria-labelledby="h-files"><h2 id="h-files">What is in it</h2><p class="trail">\(trail)</p>\(list)\(more)
            <p class="quiet small">'moonkeep restore \(backup.id.rawValue)' brings files back.</p></section>
            """
    }

    /// What each backup added, as bars and as a table.
    private func growth(_ newest: [Backup]) -> HTML? {
        let backups = Array(newest.reversed().suffix(30))
        guard backups.count > 1, let most = backups.map(\.bytesBackedUp).max(), most > 0 else { return nil }
        let bars = backups.enumerated().map { index, backup -> HTML in
            let height = max(1, Int(Double(backup.bytesBackedUp) / Double(most) * 118))
            let tone = OutcomeSign(of: backup.state.rawValue).tone
            return
                "<rect class=\"t-\(tone.rawValue)\" x=\"\(index * 10 + 1)\" y=\"\(120 - height)\" width=\"7\" height=\"\(height)\"/>"
        }
        let label = "Bytes added by each of the last \(backups.count) backups, at most \(Figures.bytes(most))"
        let rows = backups.map { backup -> HTML in
            "<tr><th scope=\"row\">\(moment(of: backup))</th><td class=\"num\">\(Figures.bytes(backup.bytesBackedUp))</td></tr>"
        }
        return """
            <figure class="panel pad"><p class="ends"><span>Added, at most \(Figures.bytes(most))</span></p>
            <svg class="chart" viewBox="0 0 300 120" preserveAspectRatio="none" role="img" aria-label="\(label)">\
            <path class="axis" d="M0 120H300"/>\(bars)</svg>
            <figcaption><details><summary class="small">The same as a table</summary><table><thead><tr><th scope="col">Taken</th>\
            <th scope="col" class="num">Added</th></tr></thead><tbody>\(rows)</tbody></table></details></figcaption></figure>
            """
    }

    private func moment(of backup: Backup) -> HTML {
        (backup.startedTime ?? backup.local?.createdTime).map(time.html) ?? "not begun"
    }
}
