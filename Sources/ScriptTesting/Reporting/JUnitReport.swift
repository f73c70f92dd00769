import BackupAPI
import LuaKit

/// The results of test cases as JUnit's XML, which servers for continuous integration read: a `testsuite` a file.
public struct JUnitReport: Sendable {
    private let results: [CaseResult]

    /// Makes a report of results, in order.
    public init(_ results: [CaseResult]) {
        self.results = results
    }

    /// The XML in UTF-8.
    public var text: String {
        var files: [String] = []
        for result in results where files.last != result.file { files.append(result.file) }
        let suites = files.map { file in suite(file, results.filter { $0.file == file }) }
        let counts = "tests=\"\(results.count)\" failures=\"\(results.count { $0.failure != nil })\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(counts) time="\(Self.seconds(results))">
            \(suites.joined(separator: "\n"))
            </testsuites>

            """
    }

    private func suite(_ file: String, _ results: [CaseResult]) -> String {
        let counts = "tests=\"\(results.count)\" failures=\"\(results.count { $0.failure != nil })\""
        let head =
            "  <testsuite name=\"\(Self.attribute(file))\" \(counts) time=\"\(Self.seconds(results))\">"
        return ([head] + results.map(testCase) + ["  </testsuite>"]).joined(separator: "\n")
    }

    private func testCase(_ result: CaseResult) -> String {
        let name = result.name.isEmpty ? "the file" : result.name
        let head =
            "    <testcase classname=\"\(Self.attribute(result.file))\" name=\"\(Self.attribute(name))\" time=\"\(Self.seconds([result]))\""
        guard let failure = result.failure else { return head + "/>" }
        let text = Self.text(failure.lines.joined(separator: "\n"))
        return """
            \(head)>
                  <failure message="\(Self.attribute(failure.message))">\(text)</failure>
                </testcase>
            """
    }

    private static func seconds(_ results: [CaseResult]) -> String {
        let milliseconds = Int(results.reduce(0) { $0 + $1.duration / .milliseconds(1) })
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private static func attribute(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "&quot;"
            case "\n": text += "&#10;"
            case "\t": text += "&#9;"
            case "\r": text += "&#13;"
            default: text += escaped(scalar)
            }
        }
        return text
    }

    private static func text(_ value: String) -> String {
        value.unicodeScalars.map { $0 == "\r" ? "&#13;" : escaped($0) }.joined()
    }

    /// What XML 1.0 has no character for (2.2) becomes U+FFFD.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "&", "<", ">": scalar.markupEscape ?? ""
        case "\t", "\n", "\r": String(scalar)
        case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
        default: String(scalar)
        }
    }
}

extension CaseFailure {
    /// The place with what was expected and found, then what else a person should know.
    public var lines: [String] {
        [(place.map { "\($0.script):\($0.line): " } ?? "") + message] + notes
    }
}
