import BackupAPI
import PluginHost
import Schedules

/// Reads a time from a text by a pattern.
struct TimeReader {
    private var rest: Substring
    private var fields: [Character: Int] = [:]
    private var offset: Int?

    /// The moment that a text has by a pattern, in a zone unless the text has an offset. Throws where the text does not fit.
    static func moment(_ text: String, _ format: TimeFormat, in zone: Zone) throws -> Timestamp {
        var reader = TimeReader(rest: text[...])
        for piece in format.pieces {
            do {
                try reader.read(piece)
            } catch let problem as ArgumentProblem {
                let place = text.distance(from: text.startIndex, to: reader.rest.startIndex) + 1
                throw ArgumentProblem(
                    "the text does not fit the pattern: \(problem.problem) at character \(place)"
                )
            }
        }
        guard reader.rest.isEmpty else {
            throw ArgumentProblem(
                "the text does not fit the pattern: \"\(reader.rest.prefix(20))\" is left over"
            )
        }
        return try reader.moment(in: zone)
    }

    private mutating func read(_ piece: TimeFormat.Piece) throws {
        switch piece {
        case .text(let text):
            guard rest.hasPrefix(text) else { throw ArgumentProblem("\"\(text)\" expected") }
            rest.removeFirst(text.count)
        case .field("z"): offset = try readOffset()
        case .field("a"): try readName(TimeFormat.weekdays.map { String($0.prefix(3)) }, as: "u")
        case .field("A"): try readName(TimeFormat.weekdays, as: "u")
        case .field("b"): try readName(TimeFormat.months.map { String($0.prefix(3)) }, as: "m")
        case .field("B"): try readName(TimeFormat.months, as: "m")
        case .field("p"): try readName(["AM", "PM"], as: "p")
        case .field("f"): fields["f"] = try readFraction()
        case .field("G"), .field("V"):
            throw ArgumentProblem("ISO weeks can be written, not read, and so stand")
        case .field(let letter):
            let isSigned = letter == "s" && rest.first == "-"
            if isSigned { rest.removeFirst() }
            let number =
                try letter == "Y"
                ? readExactly(4, "a year of 4 digits")
                : readNumber(digits: ["j": 3, "u": 1, "s": 12][letter] ?? 2)
            fields[letter == "e" ? "d" : letter] = isSigned ? -number : number
        }
    }

    private mutating func readNumber(digits: Int) throws -> Int {
        let text = rest.prefix { $0.isASCII && $0.isNumber }.prefix(digits)
        guard let number = Int(text) else { throw ArgumentProblem("a number expected") }
        rest.removeFirst(text.count)
        return number
    }

    private mutating func readExactly(_ digits: Int, _ what: String) throws -> Int {
        guard rest.utf8.prefix(digits).count(where: { (0x30...0x39).contains($0) }) == digits else {
            throw ArgumentProblem("\(what) expected")
        }
        return try readNumber(digits: digits)
    }

    private mutating func readFraction() throws -> Int {
        let text = rest.prefix { $0.isASCII && $0.isNumber }
        guard !text.isEmpty else { throw ArgumentProblem("digits expected") }
        rest.removeFirst(text.count)
        return Int((text + "000000").prefix(6)) ?? 0
    }

    private mutating func readName(_ names: [String], as letter: Character) throws {
        guard let index = names.firstIndex(where: { rest.lowercased().hasPrefix($0.lowercased()) }) else {
            throw ArgumentProblem("one of \(names.joined(separator: ", ")) expected")
        }
        rest.removeFirst(names[index].count)
        fields[letter] = index + 1
    }

    /// `Z`, `+02`, `+0200` or `+02:00`, in seconds.
    private mutating func readOffset() throws -> Int {
        if rest.first == "Z" || rest.first == "z" {
            rest.removeFirst()
            return 0
        }
        guard let sign = rest.first, "+-".contains(sign) else {
            throw ArgumentProblem("an offset such as +0200 expected")
        }
        let start = rest
        rest.removeFirst()
        let hours = try readExactly(2, "an offset such as +0200")
        let isSeparated = rest.first == ":"
        if isSeparated { rest.removeFirst() }
        let hasMinutes = isSeparated || rest.first.map { $0.isASCII && $0.isNumber } == true
        let minutes = hasMinutes ? try readExactly(2, "an offset such as +0200") : 0
        guard hours < 24, minutes < 60 else {
            rest = start
            throw ArgumentProblem("an offset from -2359 to +2359 expected")
        }
        return (hours * 3_600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }

    private func moment(in zone: Zone) throws -> Timestamp {
        if let seconds = fields["s"] { return Timestamp(second: Int64(seconds)) }
        guard let year = fields["Y"] else { throw ArgumentProblem("the pattern has no year (%Y)") }
        var day = CivilDay(year: year, month: fields["m"] ?? 1, day: fields["d"] ?? 1)
        if let number = fields["j"], fields["m"] == nil {
            day = CivilDay(year: year, month: 1, day: 1)?.advanced(by: number - 1)
            if day?.date.year != year { day = nil }
        }
        guard let day else { throw ArgumentProblem("there is no such date") }
        let (hour, minute, second) = (try hour, fields["M"] ?? 0, fields["S"] ?? 0)
        guard hour < 24, minute < 60, second < 60 else {
            throw ArgumentProblem("there is no such time of day")
        }
        let civil = CivilTime(
            day: day,
            second: hour * 3_600 + minute * 60 + second,
            microsecond: fields["f"] ?? 0
        )
        guard let offset else { return zone.moment(civil) }
        return Timestamp(microseconds: Zone.utc.moment(civil).microseconds - Int64(offset) * 1_000_000)
    }

    private var hour: Int {
        get throws {
            guard let short = fields["I"] else { return fields["H"] ?? 0 }
            guard (1...12).contains(short) else { throw ArgumentProblem("there is no such time of day") }
            return short % 12 + (fields["p"] == 2 ? 12 : 0)
        }
    }
}
