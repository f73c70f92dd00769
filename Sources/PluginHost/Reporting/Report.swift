public import BackupAPI

/// What a script reported, in the order in which it did.
public struct Report: Sendable {
    /// The script's name.
    public var title: String
    /// The run's outcome.
    public var outcome: Outcome
    /// The parts.
    public var blocks: [ReportBlock]
    /// What its head says of the run; `nil` for nothing.
    public var facts: ReportFacts?

    /// Makes a report.
    public init(title: String, outcome: Outcome, blocks: [ReportBlock], facts: ReportFacts? = nil) {
        self.title = title
        self.outcome = outcome
        self.blocks = blocks
        self.facts = facts
    }
}

/// One part of a report.
public enum ReportBlock: Sendable {
    /// A heading.
    case section(String)
    /// A paragraph.
    case text(String)
    /// A table; each row has as many cells as there are columns.
    case table(columns: [String], rows: [[String]])
    /// A backup that has come so far.
    case backup(Backup, configuration: String)
    /// A picture.
    case chart(Chart)
}

extension ReportBlock {
    /// Roughly the bytes that it takes.
    var size: Int {
        switch self {
        case .section(let text), .text(let text): 64 + text.utf8.count
        case .table(let columns, let rows):
            (rows + [columns]).reduce(64) { $0 + $1.reduce(32) { $0 + 32 + $1.utf8.count } }
        case .chart(let chart): chart.size
        case .backup(let backup, _): 1_024 + (backup.errors.diagnostics?.utf8.count ?? 0)
        }
    }
}

extension Report {
    /// A part as the renderers see it: backups that follow one another share a table.
    enum Part {
        case section(String)
        case text(String)
        case table(columns: [String], rows: [[String]])
        case backups([BackupLine])
        case chart(Chart)
    }

    /// The parts in order.
    var parts: [Part] {
        var parts: [Part] = []
        var backups: [BackupLine] = []
        func endBackups() {
            if !backups.isEmpty { parts.append(.backups(backups)) }
            backups = []
        }
        func add(_ part: Part) {
            endBackups()
            parts.append(part)
        }
        for block in blocks {
            switch block {
            case .section(let title): add(.section(title))
            case .text(let text): add(.text(text))
            case .table(let columns, let rows): add(.table(columns: columns, rows: rows))
            case .chart(let chart): add(.chart(chart))
            case .backup(let backup, let configuration):
                backups.append(BackupLine(backup, configuration: configuration))
            }
        }
        endBackups()
        return parts
    }
}

/// A backup as one line of a table, and the notes below it.
public struct BackupLine: Sendable {
    /// What a person needs to know; `nil` while it runs.
    public let outcome: Outcome?
    /// One text a column of ``columns``.
    public let cells: [String]
    /// What went wrong, one sentence each; empty if nothing did.
    public let notes: [String]

    /// The titles of the columns.
    public static let columns = ["backup of", "state", "files", "new", "size", "added", "time", "id"]
    /// The columns whose cells are figures, for alignment.
    static let figureColumns: Set<Int> = [2, 3, 4, 5, 6]

    /// Makes the line of a backup.
    public init(_ backup: Backup, configuration: String) {
        outcome = backup.state.outcome
        let time = backup.startedTime.flatMap { start in backup.endedTime?.since(start) }
        cells = [
            configuration,
            backup.state.rawValue,
            Figures.count(backup.filesSearched),
            Figures.count(backup.filesBackedUp),
            Figures.bytes(backup.bytesSearched),
            Figures.bytes(backup.bytesBackedUp),
            time.map(Figures.duration) ?? "",
            String(backup.id.rawValue.prefix(8)),
        ]
        let diagnostics = backup.errors.diagnostics ?? ""
        let reason = diagnostics.isEmpty ? backup.errors.reason : diagnostics
        notes =
            reason.isEmpty ? [] : reason.split(whereSeparator: \.isNewline).map { "\(configuration): \($0)" }
    }
}
