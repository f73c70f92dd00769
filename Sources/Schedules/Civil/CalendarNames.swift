/// The names of the calendar, in English.
package enum CalendarNames {
    /// From Monday on, as ISO 8601 counts.
    package static let weekdays = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    /// From January on.
    package static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]

    /// The place, from 0, of the first of some names that begins with at least three letters of a text, in any case.
    static func place(of text: some StringProtocol, in names: [String]) -> Int? {
        let letters = Array(text.utf8).map { $0 | 0x20 }
        guard letters.count >= 3, text.utf8.allSatisfy({ $0 >= 0x41 }) else { return nil }
        return names.firstIndex { $0.utf8.map { $0 | 0x20 }.starts(with: letters) }
    }
}
