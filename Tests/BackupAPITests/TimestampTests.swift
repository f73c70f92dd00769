import BackupAPI
import Foundation
import Testing

struct TimestampTests {
    @Test(
        arguments: [
            ("2014-08-05T18:22:22.238641Z", "2014-08-05T18:22:22.238641Z"),
            ("2014-10-27T18:22:00.238640+00:00", "2014-10-27T18:22:00.238640Z"),
            ("2014-10-07T02:52:57.416Z", "2014-10-07T02:52:57.416000Z"),
            ("2014-08-05T18:22:21Z", "2014-08-05T18:22:21.000000Z"),
            ("2014-08-05T18:22:21z", "2014-08-05T18:22:21.000000Z"),
            ("2014-08-05 18:22:21Z", "2014-08-05T18:22:21.000000Z"),
            ("2014-08-05T01:22:21+02:30", "2014-08-04T22:52:21.000000Z"),
            ("2014-12-31T23:30:00-01:00", "2015-01-01T00:30:00.000000Z"),
            ("2014-08-05T18:22:22.123456789Z", "2014-08-05T18:22:22.123456Z"),
            ("2014-08-05t18:22:21.5z", "2014-08-05T18:22:21.500000Z"),
            ("2014-08-05T18:22:22.1234567890123456789012345Z", "2014-08-05T18:22:22.123456Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
            ("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000000Z"),
            ("1972-06-30T23:59:60.25Z", "1972-07-01T00:00:00.250000Z"),
            ("2027-06-30T23:59:60Z", "2027-07-01T00:00:00.000000Z"),
            ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            ("1600-02-29T12:00:00Z", "1600-02-29T12:00:00.000000Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000000Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ]
    )
    func `every form of a time is read and written in one`(text: String, expected: String) throws {
        #expect(try #require(Timestamp(text)).description == expected)
    }

    @Test(
        arguments: [
            "", "now", "2014-08-05", "2014-08-05T18:22:22", "2014-8-05T18:22:22Z", "2014-13-05T18:22:22Z",
            "2014-00-05T18:22:22Z", "2014-04-31T18:22:22Z", "2014-02-29T18:22:22Z", "1900-02-29T18:22:22Z",
            "2014-08-00T18:22:22Z", "2014-08-05T24:00:00Z", "2014-08-05T18:60:22Z", "2014-08-05T18:22:61Z",
            "2014-08-05T18:22:22.Z", "2014-08-05T18:22:60Z", "2014-12-31T23:59:60Z", "2026-06-30T23:59:60Z",
            "2016-12-31T23:59:60+01:00", "2014-08-05T18:22:22,5Z",
            "2014-08-05T18:22:22+0200", "2014-08-05T18:22:22+24:00", "2014-08-05T18:22:22+02:60",
            "2014-08-05T18:22:22Zulu", " 2014-08-05T18:22:22Z", "-014-08-05T18:22:22Z",
            "２014-08-05T18:22:22Z",
        ]
    )
    func `a text that is no time is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `moments before 1970 are negative and round down`() {
        #expect(Timestamp(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
        #expect(Timestamp(microseconds: -1).wholeSeconds == "1969-12-31T23:59:59Z")
        #expect(Timestamp("1969-12-31T23:59:59Z")?.microseconds == -1_000_000)
    }

    /// A prime number of microseconds apart, so that all parts of the time change; from 1583 to 2353.
    @Test func `many moments survive a round trip`() {
        let step: Int64 = 4_861_112_040_919
        let wrong = (-2_500..<2_500).map { Timestamp(microseconds: $0 * step) }
            .filter { Timestamp($0.description) != $0 }
        #expect(wrong == [])
    }

    @Test func `every day of four centuries is the one after the day before`() {
        let first = Timestamp("1800-01-01T00:00:00Z")?.microseconds ?? 0
        let days = (0..<146_097).map {
            Timestamp(microseconds: first + $0 * 86_400_000_000).description.prefix(10)
        }
        #expect(days.last == "2199-12-31")
        #expect(zip(days, days.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `time can be added and measured`() throws {
        let moment = try #require(Timestamp("2014-08-05T18:22:22Z"))
        let later = moment.advanced(by: .milliseconds(1_500))
        #expect(later.description == "2014-08-05T18:22:23.500000Z")
        #expect(later.since(moment) == .milliseconds(1_500))
        #expect(moment.since(later) == .milliseconds(-1_500))
        #expect(moment < later)
        #expect(moment.advanced(by: .microseconds(-1)).description == "2014-08-05T18:22:21.999999Z")
    }

    @Test func `seconds and microseconds are one moment`() {
        #expect(Timestamp(seconds: 1.25).microseconds == 1_250_000)
        #expect(Timestamp(microseconds: -1_250_000).seconds == -1.25)
    }

    @Test func `a bad time in JSON is shown`() throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["yesterday"]"#.utf8))
        }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("the text should be corrupted data, and the error is \(String(describing: error))")
            return
        }
        #expect(context.debugDescription == "'yesterday' is not a time")
    }
}
