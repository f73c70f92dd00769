/// One field of a cron expression.
struct CronField {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []
    var firstName = 0

    func read(_ text: String) throws(RuleProblem) -> NumberSet {
        var numbers: [Int] = []
        for part in text.bytesSplit(at: ",") {
            let halves = part.bytesSplit(at: "/")
            guard (1...2).contains(halves.count) else { throw problem(text) }
            var step = 1
            if halves.count == 2 {
                guard let number = halves[1].digits, (1...range.upperBound + 1).contains(number) else {
                    throw problem(text)
                }
                step = number
            }
            let (first, last) = try bounds(halves[0], hasStep: halves.count == 2, in: text)
            numbers += stride(from: first, through: last, by: step)
        }
        return NumberSet(numbers)
    }

    private func bounds(_ part: String, hasStep: Bool, in text: String) throws(RuleProblem) -> (Int, Int) {
        if part == "*" { return (range.lowerBound, range.upperBound) }
        let ends = part.bytesSplit(at: "-").map(number)
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first <= last
        else {
            throw problem(text)
        }
        return (first, ends.count == 1 && hasStep ? range.upperBound : last)
    }

    private func number(_ text: String) -> Int? {
        if let number = text.digits { return range.contains(number) ? number : nil }
        return CalendarNames.place(of: text, in: names).map { $0 + firstName }
    }

    private func problem(_ text: String) -> RuleProblem {
        RuleProblem(
            "\(name): numbers from \(range.lowerBound) to \(range.upperBound) expected, as in \"*\", \"1,2\", \"1-5\" or \"*/2\"; got \"\(text.shown(40))\""
        )
    }
}
