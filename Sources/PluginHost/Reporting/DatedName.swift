import BackupAPI

/// A file's name with the letters of `strftime` for parts of a date, as `nightly-%Y-%m-%d.html`.
struct DatedName {
    private let name: String

    /// What may follow a `%`, with what it stands for.
    static let letters: KeyValuePairs<Character, String> = [
        "Y": "year", "m": "month", "d": "day", "F": "the date, as %Y-%m-%d", "H": "hour", "M": "minute",
        "S": "second", "j": "day of the year", "G": "year of the week", "V": "week", "u": "weekday 1-7",
        "%": "a percent sign",
    ]

    /// Reads a name. Throws for a letter that is not known.
    init(_ name: String) throws {
        var rest = Substring(name)
        while let percent = rest.firstIndex(of: "%") {
            rest = rest[rest.index(after: percent)...]
            guard let letter = rest.popFirst(), Self.letters.contains(where: { $0.key == letter }) else {
                let known = Self.letters.map { "%\($0.key) \($0.value)" }.joined(separator: ", ")
                throw ArgumentProblem(
                    "'%' in the name \"\(name.printable.prefix(60))\" stands for a part of the date: \(known)"
                )
            }
        }
        self.name = name
    }

    /// The name at a moment; `timeText` writes it in the zone of the host, by the letters of `strftime`.
    func text(of moment: Timestamp, _ timeText: (Timestamp, String) -> String) -> String {
        name.contains("%") ? timeText(moment, name) : name
    }
}
