import LuaKit
import PluginHost
import Testing

/// Durations and sizes, which one grammar reads everywhere.
@Suite struct AmountTests {
    @Test(arguments: [
        ("1", 1), ("0", 0), ("4096", 4_096), ("17B", 17), ("17 B", 17), ("512KiB", 524_288),
        ("4MiB", 4_194_304),
        ("1.5GiB", 1_610_612_736), ("1.5 GiB", 1_610_612_736), (".5KiB", 512), ("2KB", 2_000), ("2kB", 2_000),
        ("64MB", 64_000_000), ("1GB", 1_000_000_000), ("2TB", 2_000_000_000_000), ("1.1KiB", 1_126),
        ("1TiB", 1_099_511_627_776), ("1PiB", 1_125_899_906_842_624), ("3PB", 3_000_000_000_000_000),
    ])
    func `a size is a number with or without a unit`(text: String, bytes: Int64) throws {
        #expect(try ByteSize.read(.string(text)) == bytes)
    }

    @Test(arguments: [
        "", "MiB", "-1", "+1", "0.5", "1.5B", "nan", "inf", "1  TiB", "4mib", "1e3", "1e400", "0x10", "1KiB ",
        " 1KiB",
        "1.", "1.KiB", ".", "1..5KiB", "10000PiB", "1K", "\u{661}", "1\u{301}KiB",
    ])
    func `all else is no size`(text: String) throws {
        let value = LuaValue.string(text)
        let problem = try #require(throws: ArgumentProblem.self) { try ByteSize.read(value) }
        #expect(
            problem.problem
                == "size expected (bytes, or a text such as \"512KiB\", \"50GiB\"), got \(value.shown)"
        )
    }

    @Test(arguments: [
        ("90", Duration.seconds(90)), ("90s", .seconds(90)), ("1.5h", .seconds(5_400)),
        ("15 m", .seconds(900)),
        ("250ms", .milliseconds(250)), ("0.25", .milliseconds(250)), ("2d", .seconds(172_800)),
    ])
    func `a duration is a number with or without a unit`(text: String, duration: Duration) throws {
        #expect(try TimeSpan.read(.string(text)) == duration)
    }

    @Test(arguments: ["", "s", "-1s", "1e3s", "0x10s", "nan", "infs", "1S", "1h30m", "1  s", "5.s", "1 s "])
    func `all else is no duration`(text: String) throws {
        let value = LuaValue.string(text)
        let problem = try #require(throws: ArgumentProblem.self) { try TimeSpan.read(value) }
        #expect(
            problem.problem
                == "duration expected (seconds, or a text such as \"90s\", \"15m\", \"4h\"), got \(value.shown)"
        )
    }
}
