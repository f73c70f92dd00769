/// Days of the week as people write them.
package enum Weekdays {
    /// The days that a list such as `Mon-Fri,Sun` names, 1 for Monday to 7; ranges are written with `-` or `..`, and may go
    /// over the week's end. `nil` for a text that is no such list.
    package static func read(_ text: String) -> Set<Int>? {
        var days: Set<Int> = []
        for part in text.bytesSplit(at: ",") {
            let ends = part.replacing("..", with: "-").bytesSplit(at: "-").map(number)
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
                return nil
            }
            for step in 0...((last - first + 7) % 7) { days.insert((first - 1 + step) % 7 + 1) }
        }
        return days
    }

    private static func number(_ name: String) -> Int? {
        let words = name.words
        guard words.count == 1 else { return nil }
        return CalendarNames.place(of: words[0], in: CalendarNames.weekdays).map { $0 + 1 }
    }
}
