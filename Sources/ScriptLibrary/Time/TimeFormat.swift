import BackupAPI
import PluginHost
import Schedules

/// A pattern for times, in the letters of `strftime`.
struct TimeFormat: Sendable {
    /// The letters, with what each stands for.
    static let letters =
        "%Y year, %m month, %d day, %e day without zero, %H hour, %I hour of 12, %p AM or PM, %M minute, %S second, %f microseconds, %z offset, %j day of the year, %a %A weekday, %b %B month's name, %u weekday 1-7, %G %V ISO year and week, %s seconds since 1970, %F %Y-%m-%d, %T %H:%M:%S, %R %H:%M, %% a percent sign"

    enum Piece: Hashable, Sendable {
        case text(String)
        case field(Character)
    }

    let pieces: [Piece]

    static let weekdays = CalendarNames.weekdays
    static let months = CalendarNames.months
    private static let shorthands: [Character: String] = ["F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M"]
    private static let known: Set<Character> = Set("YmdeHIpMSfzjaAbBuGVs")

    /// Reads a pattern. Throws where a letter is not known.
    init(_ pattern: String) throws {
        guard pattern.utf8.count <= 1_000 else {
            throw ArgumentProblem("a pattern of at most 1000 bytes expected")
        }
        var pieces: [Piece] = []
        var rest = Substring(pattern)
        while let character = rest.popFirst() {
            guard character == "%" else {
                pieces.append(.text(String(character)))
                continue
            }
            guard let letter = rest.popFirst() else { throw ArgumentProblem("the pattern ends with '%'") }
            if letter == "%" {
                pieces.append(.text("%"))
            } else if let long = Self.shorthands[letter] {
                pieces += try TimeFormat(long).pieces
            } else if Self.known.contains(letter) {
                pieces.append(.field(letter))
            } else {
                throw ArgumentProblem("there is no '%\(letter)' in patterns; known are: \(Self.letters)")
            }
        }
        self.pieces = pieces
    }

    // MARK: Writing

    /// The text of a moment in a zone.
    func text(of moment: Timestamp, in zone: Zone) -> String {
        let civil = zone.civil(moment)
        return pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(let letter): Self.text(letter, civil, moment, zone)
            }
        }
        .joined()
    }

    private static func text(_ letter: Character, _ civil: CivilTime, _ moment: Timestamp, _ zone: Zone)
        -> String
    {
        let (year, month, day) = civil.day.date
        let hour = civil.second / 3_600
        switch letter {
        case "Y": return padded(year, 4)
        case "m": return padded(month, 2)
        case "d": return padded(day, 2)
        case "e": return "\(day)"
        case "H": return padded(hour, 2)
        case "I": return padded((hour + 11) % 12 + 1, 2)
        case "p": return hour < 12 ? "AM" : "PM"
        case "M": return padded(civil.second / 60 % 60, 2)
        case "S": return padded(civil.second % 60, 2)
        case "f": return padded(civil.microsecond, 6)
        case "z": return offsetText(zone.offset(at: moment))
        case "j": return padded(civil.day.dayOfYear, 3)
        case "a": return String(weekdays[civil.day.weekday - 1].prefix(3))
        case "A": return weekdays[civil.day.weekday - 1]
        case "b": return String(months[month - 1].prefix(3))
        case "B": return months[month - 1]
        case "u": return "\(civil.day.weekday)"
        case "G": return padded(civil.day.week.year, 4)
        case "V": return padded(civil.day.week.number, 2)
        default: return "\(moment.second)"
        }
    }

    /// `+0200`
    static func offsetText(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        return (seconds < 0 ? "-" : "+") + padded(minutes / 60, 2) + padded(minutes % 60, 2)
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
