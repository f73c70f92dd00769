/// A number and its unit, as people write amounts: `90s`, `1.5 GiB`, `.5h`. The one grammar of durations and sizes.
enum AmountText {
    /// The amount in the smallest unit; `nil` for every other text.
    ///
    /// Digits of ASCII with one dot at most, then a unit as it is spelt, with or without a space before it. Without one the
    /// number is in units of 1, and so it is with a unit of 1; of those there are fractions only where `hasFractions`.
    static func amount(_ text: String, in units: [(name: String, size: Double)], hasFractions: Bool)
        -> Double?
    {
        let number = text.utf8.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
        var rest = text.utf8.dropFirst(number.count)
        let dots = number.count { $0 == UInt8(ascii: ".") }
        guard dots < number.count, dots <= 1, number.last != UInt8(ascii: "."),
            let count = Double(String(decoding: number, as: UTF8.self))
        else { return nil }
        var size = 1.0
        if !rest.isEmpty {
            if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
            guard let unit = units.first(where: { $0.name.utf8.elementsEqual(rest) }) else { return nil }
            size = unit.size
        }
        guard hasFractions || size > 1 || dots == 0 else { return nil }
        return count * size
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
