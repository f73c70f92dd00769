import BackupAPI
import Schedules
import Testing

@Suite struct ZoneTests {
    private func offset(_ zone: Zone, _ second: Int64) -> Int { zone.offset(at: Timestamp(second: second)) }

    @Test func `offsets are those of the file, before its first change and after its last`() throws {
        let database = try TestDatabase()
        let file = ZoneBytes(
            changes: [(100, 1), (200, 2)],
            types: [(600, false), (3_600, false), (7_200, true)]
        )
        try database.put(file.bytes, at: "Test/Place")
        let zone = try Zone(named: "Test/Place", in: database.zones)
        #expect([99, 100, 199, 200, 1 << 40].map { offset(zone, $0) } == [600, 3_600, 3_600, 7_200, 7_200])
        #expect(zone.nextChange(after: Timestamp(second: 100)) == Timestamp(second: 200))
        #expect(zone.nextChange(after: Timestamp(second: 200)) == nil)
    }

    @Test func `a file that is replaced counts at once`() throws {
        let database = try TestDatabase()
        let zones = database.zones
        try database.put(ZoneBytes(lastLine: "AAA-1").bytes, at: "Test/Place")
        #expect(offset(try Zone(named: "Test/Place", in: zones), 0) == 3_600)
        try database.put(ZoneBytes(lastLine: "AAA-2").bytes, at: "Test/Place")
        #expect(offset(try Zone(named: "Test/Place", in: zones), 0) == 7_200)
    }

    @Test(arguments: [
        // 1767225600 is 2026-01-01, 1782864000 is 2026-07-01, each at midnight of UTC.
        ("CET-1CEST,M3.5.0,M10.5.0/3", 3_600, 7_200),
        ("PST8PDT,M3.2.0,M11.1.0", -28_800, -25_200),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", 39_600, 36_000),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 39_600, 37_800),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3_600),
        ("<-03>3", -10_800, -10_800),
        ("<+0545>-5:45", 20_700, 20_700),
        ("EST5EDT,0/0,J365/25", -14_400, -14_400),
        ("AAA0BBB,J60/0,J300/0", 0, 3_600),
        ("AAA0BBB,59/0,299/0", 0, 3_600),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7_200, -3_600),
    ])
    func `after the last change the file's last line holds`(rule: String, winter: Int, summer: Int) throws {
        let database = try TestDatabase()
        try database.put(ZoneBytes(lastLine: rule).bytes, at: "Test/Place")
        let zone = try Zone(named: "Test/Place", in: database.zones)
        #expect(offset(zone, 1_767_225_600) == winter)
        #expect(offset(zone, 1_782_864_000) == summer)
    }

    @Test func `the rule's changes come to the second`() throws {
        let database = try TestDatabase()
        try database.put(ZoneBytes(lastLine: "CET-1CEST,M3.5.0,M10.5.0/3").bytes, at: "Test/Place")
        let zone = try Zone(named: "Test/Place", in: database.zones)
        // 2100-03-28T01:00:00Z and 2100-10-31T01:00:00Z
        #expect([4_109_878_799, 4_109_878_800].map { offset(zone, $0) } == [3_600, 7_200])
        #expect(
            zone.nextChange(after: Timestamp(second: 4_109_878_800)) == Timestamp(second: 4_128_627_600)
        )
    }

    @Test func `daylight saving time is when clocks are ahead, in Ireland too`() throws {
        let database = try TestDatabase()
        try database.put(ZoneBytes(lastLine: "IST-1GMT0,M10.5.0,M3.5.0/1").bytes, at: "Europe/Dublin")
        let zone = try Zone(named: "Europe/Dublin", in: database.zones)
        #expect(!zone.isDaylightSaving(at: Timestamp(second: 1_767_225_600)))
        #expect(zone.isDaylightSaving(at: Timestamp(second: 1_782_864_000)))
    }

    @Test(arguments: [
        "BST", "Europe/Nowhere", "", "/etc/passwd", "../../etc/passwd", "Europe/../UTC", "Europe//Zurich",
        "posix/Europe/Zurich", "right/Europe/Zurich", "localtime", "posixrules", "Europe", "tzdata.zi",
        "GMT+0530", "Europe/Zurich\u{0}", "Europe/Zu\u{308}rich", "+0100",
    ])
    func `what is no name of a zone is refused`(name: String) throws {
        let database = try TestDatabase()
        for file in [
            "Europe/Zurich", "posix/Europe/Zurich", "right/Europe/Zurich", "localtime", "posixrules",
        ] {
            try database.put(ZoneBytes().bytes, at: file)
        }
        let problem = try #require(throws: ZoneProblem.self) { try Zone(named: name, in: database.zones) }
        #expect(problem.kind == .unknownName)
        #expect(problem.message == "there is no time zone '\(name)'")
        #expect(problem.fix == "Give the IANA name of a zone, for example 'Europe/London' or 'UTC'.")
    }

    @Test func `without a database only UTC is known, and the package is named`() throws {
        let zones = ZoneDatabase(folder: try TestDatabase().folder + "/none")
        #expect(offset(try Zone(named: "UTC", in: zones), 0) == 0)
        let problem = try #require(throws: ZoneProblem.self) { try Zone(named: "Europe/Zurich", in: zones) }
        #expect(
            problem.message
                == "the time zone 'Europe/Zurich' cannot be looked up: there is no tzdata in \(zones.folder)"
        )
        #expect(problem.fix == "Install the package tzdata.")
    }

    @Test(arguments: [
        (Array("no zone".utf8), "is no file of a time zone"),
        (Array(ZoneBytes().bytes.prefix(100)), "is damaged"),
        (ZoneBytes(changes: [(5, 0), (5, 0)]).bytes, "is damaged"),
        (ZoneBytes(changes: [(5, 7)]).bytes, "is damaged"),
        (ZoneBytes(types: [(.min, false)]).bytes, "is damaged"),
        (Array(ZoneBytes().bytes.dropLast(2)), "has no last line"),
        (ZoneBytes(lastLine: "Zurich").bytes, "has a last line that is no rule"),
        (ZoneBytes(lastLine: "CET-1CEST,M13.5.0,M10.5.0").bytes, "has a last line that is no rule"),
        (ZoneBytes(leapSeconds: 1).bytes, "counts leap seconds, which clocks of computers do not"),
    ])
    func `a file that cannot be used is named`(bytes: [UInt8], why: String) throws {
        let database = try TestDatabase()
        try database.put(bytes, at: "Test/Place")
        let problem = try #require(throws: ZoneProblem.self) {
            try Zone(named: "Test/Place", in: database.zones)
        }
        #expect(
            problem.message
                == "the rules of a time zone cannot be read: \(database.folder)/Test/Place \(why)"
        )
        #expect(problem.fix == "Install the package tzdata again.")
    }
}
