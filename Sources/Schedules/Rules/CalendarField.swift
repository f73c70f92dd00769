/// Reads the fields of a calendar event.
struct CalendarField {
    /// The event as it is written, for messages.
    let text: String

    /// The numbers of a field: `*`, or a list of numbers, ranges and steps.
    func numbers(_ field: String, _ range: ClosedRange<Int>, _ name: String) throws(RuleProblem) -> NumberSet
    {
        var numbers: [Int] = []
        for part in try parts(field, range, name) {
            let first = part.first ?? range.lowerBound
            let last = part.last ?? (part.step == nil && part.first != nil ? first : range.upperBound)
            numbers += stride(from: first, through: last, by: part.step ?? 1)
        }
        return NumberSet(numbers)
    }

    /// The days of a field that is counted from the month's end. Steps go towards the end, as systemd's do.
    func numbersFromEnd(_ field: String) throws(RuleProblem) -> NumberSet {
        var numbers: [Int] = []
        // Every month has a 28th last day, and some have no 29th.
        for part in try parts(field, 1...28, "day after '~'") {
            guard let first = part.first else {
                numbers += stride(from: 31, through: 1, by: -(part.step ?? 1))
                continue
            }
            let last = part.last.map { (from: $0, through: first) }
            let (from, through) = last ?? (first, part.step == nil ? first : 1)
            numbers += stride(from: from, through: through, by: -(part.step ?? 1))
        }
        return NumberSet(numbers)
    }

    func problem(_ what: String) -> RuleProblem {
        RuleProblem("the calendar event \"\(text.shown(60))\": \(what)")
    }

    /// One of a field's parts; without `first` it is `*`.
    private struct Part {
        var first: Int?
        var last: Int?
        var step: Int?
    }

    private func parts(_ field: String, _ range: ClosedRange<Int>, _ name: String) throws(RuleProblem)
        -> [Part]
    {
        var parts: [Part] = []
        for text in field.bytesSplit(at: ",") {
            let halves = text.bytesSplit(at: "/")
            let step = halves.count == 2 ? halves[1].digits : nil
            guard halves.count == 1 || step ?? 0 > 0 else { throw problem("the \(name) is wrong") }
            guard halves[0] != "*" else {
                parts.append(Part(step: step))
                continue
            }
            let isRange = halves[0].utf8.contains(UInt8(ascii: "."))
            let ends = halves[0].replacing("..", with: "-").bytesSplit(at: "-").map(\.digits)
            guard ends.count == (isRange ? 2 : 1), ends.allSatisfy({ $0.map(range.contains) ?? false })
            else {
                throw problem("the \(name) is no number from \(range.lowerBound) to \(range.upperBound)")
            }
            let part = Part(first: ends[0], last: ends.count == 2 ? ends[1] : nil, step: step)
            guard let first = part.first, first <= part.last ?? first else {
                throw problem("the \(name) goes backwards")
            }
            parts.append(part)
        }
        return parts
    }
}
