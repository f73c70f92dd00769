import Testing

@testable import BackupAPI

@Suite struct JSONReaderTests {
    @Test func `a document is read with its keys in order and its digits as they are`() throws {
        let text = #" {"b": [1, -2.50e+3, true, null], "a": {"é": "x\n\"\\\/\u00e9\ud83d\ude00"}} "#
        let value = try JSONReader.read(Array(text.utf8))
        #expect(
            value
                == .object([
                    .init(key: "b", value: .array([.number("1"), .number("-2.50e+3"), .flag(true), .null])),
                    .init(key: "a", value: .object([.init(key: "é", value: .string("x\n\"\\/é😀"))])),
                ])
        )
        #expect(value["a"]?["é"] == .string("x\n\"\\/é😀"))
        #expect(value["c"] == nil)
    }

    @Test(arguments: [
        ("", "the end of the text at byte 0"),
        ("{", "the end of the text at byte 1"),
        ("[1,]", "no value at byte 3"),
        ("[1 2]", "no ',' and no ']' at byte 3"),
        (#"{"a":1,}"#, "no key at byte 7"),
        (#"{"a" 1}"#, "no ':' at byte 5"),
        (#"{"a":1,"a":2}"#, "the key 'a' twice at byte 10"),
        ("nul", "no value at byte 0"),
        ("01", "a number that begins with 0 at byte 1"),
        ("1.", "the end of the text at byte 2"),
        ("+1", "no value at byte 0"),
        ("1 1", "more than one value at byte 2"),
        ("\"a\tb\"", "a control character at byte 2"),
        (#""\x""#, "an unknown escape at byte 2"),
        (#""\ud800""#, "half a surrogate pair at byte 7"),
        (#""\ud800\u0041""#, "half a surrogate pair at byte 13"),
        (#""\u00g0""#, "no hexadecimal digit at byte 5"),
        (#""a"#, "the end of the text at byte 2"),
        (String(repeating: "[", count: 64), "the end of the text at byte 64"),
        (String(repeating: "[", count: 66), "more than 64 levels at byte 64"),
    ])
    func `what is no JSON is refused where it goes wrong`(text: String, message: String) {
        let failure = #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array(text.utf8)) }
        #expect(failure?.description == message)
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        let failure = #expect(throws: JSONReader.Failure.self) { try JSONReader.read([0x22, 0xff, 0x22]) }
        #expect(failure?.description == "text that is not UTF-8 at byte 0")
    }
}
