import Foundation

/// A random secret, and the search for what is left of it somewhere.
struct PlantedSecret {
    /// One line of text.
    let value: String
    private let traces: [Trace]

    /// How a part of the secret may be written.
    private struct Trace {
        let form: String
        let bytes: Data
    }

    /// Makes one of letters and digits, with others in the middle where it is to be quoted.
    init(isQuoted: Bool) {
        let halves = (0..<2).map { _ in Self.letters(20) }
        value = halves.joined(separator: isQuoted ? "\"'/é+<& " : "")
        traces = halves.flatMap(Self.traces)
    }

    private static func letters(_ count: Int) -> String {
        let known = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        return String((0..<count).compactMap { _ in known.randomElement() })
    }

    /// What letters and digits look like in every form that leaves letters and digits as they are, and in those that do not.
    private static func traces(of half: String) -> [Trace] {
        let bytes = Array(half.utf8)
        let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let texts = [
            ("as it is", half), ("in small letters", half.lowercased()), ("in capitals", half.uppercased()),
            ("backwards", String(half.reversed())), ("as digits", digits),
            ("as capital digits", digits.uppercased()),
        ]
        let base64 = (0..<3).map { shift in
            let all = Data(repeating: 0, count: shift) + bytes
            return ("as base64", String(all.base64EncodedString().prefix(all.count * 8 / 6).dropFirst(4)))
        }
        let safe = base64.map {
            ($0, $1.replacing("+", with: "-").replacing("/", with: "_"))
        }
        return (texts + base64 + safe).map { Trace(form: $0, bytes: Data($1.utf8)) }
    }

    /// The forms in which a part of the secret stands in some bytes, each once.
    func forms(in bytes: Data) -> Set<String> {
        Set(traces.filter { bytes.range(of: $0.bytes) != nil }.map(\.form))
    }

    func forms(in text: String) -> Set<String> { forms(in: Data(text.utf8)) }

    /// Where something of it stands in the files beneath a folder, but for some of them.
    func finds(beneath folder: String, except others: [String]) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            !others.contains { name == $0 || name.hasPrefix($0 + "/") }
        }
        return names.flatMap { name -> [String] in
            let content = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
            return
                (forms(in: content).map { "\(name): \($0)" }
                + forms(in: name).map { "the name of \(name): \($0)" })
        }
    }
}
