/// Reads a compiled file of the time zone database: TZif, RFC 8536.
struct ZoneFile {
    /// Why a file's bytes are no rules.
    struct Problem: Error {
        let what: String
    }

    private let bytes: [UInt8]

    /// The rules that a file's bytes have.
    static func rules(in bytes: [UInt8]) throws(Problem) -> ZoneRules {
        try ZoneFile(bytes: bytes).rules()
    }

    /// The counts of one of the file's parts, and where that begins and ends.
    private struct Part {
        let leapSeconds: Int
        let changes: Int
        let types: Int
        /// Behind the header.
        let start: Int
        let end: Int
        let timeSize: Int
    }

    private func rules() throws(Problem) -> ZoneRules {
        let first = try part(at: 0, timeSize: 4)
        // The first version knows 32 bits and no rule; the others say the same once more, in 64.
        guard bytes[4] >= UInt8(ascii: "2") else { return try rules(in: first, rule: nil) }
        let second = try part(at: first.end, timeSize: 8)
        let line = bytes[second.end...]
        guard line.first == UInt8(ascii: "\n"),
            let end = line.dropFirst().firstIndex(of: UInt8(ascii: "\n"))
        else { throw Problem(what: "has no last line") }
        let text = line[(second.end + 1)..<end]
        guard !text.isEmpty else { return try rules(in: second, rule: nil) }
        guard let rule = ZoneRule(text) else { throw Problem(what: "has a last line that is no rule") }
        return try rules(in: second, rule: rule)
    }

    private func part(at start: Int, timeSize: Int) throws(Problem) -> Part {
        let body = start + 44
        guard bytes.count >= body, bytes[start..<start + 4].elementsEqual("TZif".utf8) else {
            throw Problem(what: "is no file of a time zone")
        }
        let counts = (0..<6).map { Int(number(at: start + 20 + $0 * 4, size: 4)) }
        guard counts.allSatisfy({ (0...100_000).contains($0) }) else { throw Problem(what: "is damaged") }
        let (utc, standard, leap, changes) = (counts[0], counts[1], counts[2], counts[3])
        let (types, characters) = (counts[4], counts[5])
        let length =
            changes * (timeSize + 1) + types * 6 + characters + leap * (timeSize + 4) + standard + utc
        guard types > 0, bytes.count >= body + length else { throw Problem(what: "is damaged") }
        return Part(
            leapSeconds: leap,
            changes: changes,
            types: types,
            start: body,
            end: body + length,
            timeSize: timeSize
        )
    }

    private func rules(in part: Part, rule: ZoneRule?) throws(Problem) -> ZoneRules {
        guard part.leapSeconds == 0 else {
            throw Problem(what: "counts leap seconds, which clocks of computers do not")
        }
        let indexes = part.start + part.changes * part.timeSize
        let records = indexes + part.changes
        let periods = (0..<part.types).map { index in
            ZoneRules.Period(
                offset: Int(number(at: records + index * 6, size: 4)),
                isDaylightSaving: bytes[records + index * 6 + 4] != 0
            )
        }
        guard periods.allSatisfy({ abs($0.offset) < 86_400 * 2 }) else { throw Problem(what: "is damaged") }
        var changes: [ZoneRules.Change] = []
        for index in 0..<part.changes {
            let second = number(at: part.start + index * part.timeSize, size: part.timeSize)
            let type = Int(bytes[indexes + index])
            guard type < periods.count, second > changes.last?.second ?? .min else {
                throw Problem(what: "is damaged")
            }
            changes.append(.init(second: second, period: periods[type]))
        }
        return ZoneRules(first: periods[0], changes: changes, rule: rule)
    }

    /// A signed number, its highest byte first.
    private func number(at place: Int, size: Int) -> Int64 {
        let bits = bytes[place..<place + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }
}
