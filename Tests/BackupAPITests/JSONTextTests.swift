import BackupAPI
import Testing

struct JSONTextTests {
    struct Order: Encodable {
        var zebra = 1
        var apple: [Int] = []
        var list: [[String: Bool]] = [["yes": true], [:]]
        var none: Int?
        var size = UInt64.max
        var low = Int64.min
        var part = 0.25
        var small = Float(-1.5)
    }

    @Test func `keys stand in the order in which they are encoded, absent ones are left out`() throws {
        #expect(
            try JSONText.encode(Order()) == #"""
                {"zebra":1,"apple":[],"list":[{"yes":true},{}],"size":18446744073709551615,\#
                "low":-9223372036854775808,"part":0.25,"small":-1.5}
                """#
        )
    }

    @Test func `the pretty layout has one item a line`() throws {
        #expect(
            try JSONText.encode(Order(), layout: .pretty) == """
                {
                  "zebra": 1,
                  "apple": [],
                  "list": [
                    {
                      "yes": true
                    },
                    {}
                  ],
                  "size": 18446744073709551615,
                  "low": -9223372036854775808,
                  "part": 0.25,
                  "small": -1.5
                }
                """
        )
    }

    @Test(
        arguments: [
            ("", #""""#), (#"say "hi""#, #""say \"hi\"""#), (#"C:\Temp"#, #""C:\\Temp""#),
            ("a\nb\rc\td", #""a\nb\rc\td""#), ("\r\n", #""\r\n""#),
            ("\u{0}\u{1f}\u{7f}", #""\u0000\u001f\u007f""#),
            ("öl/🗝 e\u{301}", "\"öl/🗝 e\u{301}\""),
        ]
    )
    func `a string is escaped where it must be and nowhere else`(string: String, expected: String) throws {
        #expect(try Array(JSONText.encode(string).utf8) == Array(expected.utf8))
    }

    @Test func `single values have a text too`() throws {
        #expect(try JSONText.encode(7) == "7")
        #expect(try JSONText.encode(false) == "false")
        #expect(try JSONText.encode(String?.none) == "null")
        #expect(try JSONText.encode([1, nil, 3]) == "[1,null,3]")
    }

    @Test(arguments: [2, 31, 32, 33, 100])
    func `a key that is written again keeps its place, however many there are`(count: Int) throws {
        struct Keys: Encodable {
            var count: Int

            func encode(to encoder: any Encoder) throws {
                for value in 0..<2 {
                    var container = encoder.container(keyedBy: Key.self)
                    for number in 0..<count { try container.encode(value, forKey: Key("k\(number)")) }
                }
            }
        }
        let members = (0..<count).map { #""k\#($0)":1"# }.joined(separator: ",")
        #expect(try JSONText.encode(Keys(count: count)) == "{\(members)}")
    }

    @Test func `whole numbers of every size are written`() throws {
        #expect(try JSONText.encode([Int8.min]) == "[-128]")
        #expect(try JSONText.encode([UInt16.max]) == "[65535]")
        #expect(try JSONText.encode(["n": UInt128.max]) == #"{"n":340282366920938463463374607431768211455}"#)
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func `a number that is not finite is refused`(number: Double) {
        #expect(throws: EncodingError.self) { try JSONText.encode([number]) }
    }

    @Test func `an element that cannot be written is named with its place`() throws {
        let error = #expect(throws: EncodingError.self) {
            try JSONText.encode(["a": [[1.5], [0.5, .infinity]]])
        }
        guard case .invalidValue(_, let context)? = error else { return }
        #expect(context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue } == ["a", "1", "1"])
    }
}

/// A key of any name.
private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(_ name: String) {
        stringValue = name
    }

    init?(stringValue: String) {
        self.init(stringValue)
    }

    init?(intValue: Int) { nil }
}
