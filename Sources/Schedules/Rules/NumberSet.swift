/// Numbers of one field of an expression.
struct NumberSet: Hashable, Sendable {
    /// In ascending order.
    let numbers: [Int]
    private let members: Set<Int>

    init(_ numbers: some Sequence<Int>) {
        members = Set(numbers)
        self.numbers = members.sorted()
    }

    func contains(_ number: Int) -> Bool { members.contains(number) }

    /// The seconds since midnight of all times with these hours, minutes and seconds, in order.
    static func secondsOfDay(hours: NumberSet, minutes: NumberSet, seconds: NumberSet = NumberSet([0]))
        -> [Int]
    {
        hours.numbers.flatMap { hour in
            minutes.numbers.flatMap { minute in seconds.numbers.map { hour * 3_600 + minute * 60 + $0 } }
        }
    }
}
