import BackupAPI
import Yams

/// A part of a YAML file that is read with errors that name file, line and what was expected.
struct YAMLReader {
    let path: String
    let node: Node

    func error(_ message: String, fix: String? = nil) -> CommandError {
        let line = node.mark.map { ":\($0.line)" } ?? ""
        return CommandError("\(path)\(line): \(message)", fix: fix)
    }

    var isRecord: Bool { node.mapping != nil }
    var isList: Bool { node.sequence != nil }

    /// `nil` for an empty value or `null`.
    var optional: YAMLReader? { node.null == nil ? self : nil }

    /// The values by key; a key that is not known is an error with a suggestion.
    func record(of what: String, keys: [String]) throws -> [String: YAMLReader] {
        guard let mapping = node.mapping else { throw expected("\(what) with keys and values") }
        var values: [String: YAMLReader] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            guard keys.contains(name) else {
                let hint =
                    keys.nearest(to: name).map { "Did you mean '\($0)'?" }
                    ?? "Known are: \(keys.joined(separator: ", "))."
                throw YAMLReader(path: path, node: key).error("'\(name)' is no key of \(what)", fix: hint)
            }
            guard values.updateValue(YAMLReader(path: path, node: value), forKey: name) == nil else {
                throw YAMLReader(path: path, node: key).error("the key '\(name)' is there twice")
            }
        }
        return values
    }

    func list() throws -> [YAMLReader] {
        if node.null != nil { return [] }
        guard let sequence = node.sequence else { throw expected("a list") }
        return sequence.map { YAMLReader(path: path, node: $0) }
    }

    func text() throws -> String {
        guard node.null == nil, let text = node.scalar?.string, !text.isEmpty else {
            throw expected("a text")
        }
        return text
    }

    func integer(_ range: ClosedRange<Int>) throws -> Int {
        guard let value = node.int, range.contains(value) else {
            throw expected("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag() throws -> Bool {
        guard let value = node.bool else { throw expected("true or false") }
        return value
    }

    private func expected(_ what: String) -> CommandError {
        let found =
            if let text = node.scalar?.string { "'\(text.prefix(40))'" } else if isList { "a list" } else {
                "keys and values"
            }
        return error("\(what) expected, found \(found)")
    }
}
