import PluginHost

/// What may follow in a line.
struct LineCompletion: Equatable, Sendable {
    /// What goes in at the cursor: as much as all candidates have in common.
    var insertion = ""
    /// What could stand there, sorted.
    var candidates: [String] = []

    /// Nothing may follow.
    static let none = LineCompletion()

    /// Makes the completion of a word that has begun with `prefix`.
    init(of prefix: String, from words: some Sequence<String>) {
        candidates = Set(words.filter { $0.hasPrefix(prefix) }).sorted()
        guard let first = candidates.first, let last = candidates.last else { return }
        // Of sorted words the first and the last differ at the earliest place.
        let common = zip(first, last).prefix { $0 == $1 }.map(\.0)
        insertion = String(common.dropFirst(prefix.count))
    }

    private init() {}

    /// The candidates in columns that fit a terminal.
    func listing(width: Int) -> String {
        let shown = candidates.prefix(Self.most).map(\.printable)
        let column = (shown.map(\.terminalWidth).max() ?? 0) + 2
        let columns = max(1, width / column)
        let rows = (shown.count + columns - 1) / columns
        var lines = (0..<rows).map { row in
            let cells = stride(from: row, to: shown.count, by: rows).map { index in
                shown[index] + String(repeating: " ", count: column - shown[index].terminalWidth)
            }
            return String(cells.joined().reversed().drop { $0 == " " }.reversed())
        }
        if candidates.count > Self.most { lines.append("… \(candidates.count - Self.most) more") }
        return lines.joined(separator: "\n")
    }

    private static let most = 120
}
