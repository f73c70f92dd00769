import BackupAPI
import LuaKit
import ScriptLibrary
import Yams

/// A part of a YAML file that is read with errors that name file, line, key and what was expected.
///
/// What stands without quotes is read by the core schema of YAML 1.2 (10.3): `030` is 30, and `no` is a text.
struct YAMLReader {
    let path: String
    let node: Node
    /// What the part is called in messages.
    var subject = "the site file"

    func error(_ message: String, fix: String? = nil) -> CommandError {
        let line = node.mark.map { ":\($0.line)" } ?? ""
        return CommandError("\(path)\(line): \(message)", fix: fix)
    }

    var isRecord: Bool { node.mapping != nil }
    var isList: Bool { node.sequence != nil }

    /// `nil` for an empty value or `null`.
    var optional: YAMLReader? { isNull ? nil : self }

    private var isNull: Bool { plain.flatMap(YAMLScalars.null) != nil }

    /// The text of a scalar that stands without quotes and without a type of its own.
    private var plain: String? {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any,
            scalar.tag.description != Tag.Name.str.rawValue
        else { return nil }
        return scalar.string
    }

    /// The values by key; one that is not among the keys is an error with a suggestion.
    func record(_ keys: SiteKeys) throws -> SiteRecord {
        SiteRecord(keys: keys, values: try values(of: keys.owner, known: keys.names))
    }

    /// The values by names that the file's author chooses.
    func named() throws -> [String: YAMLReader] { try values(of: subject, known: nil) }

    private func values(of what: String, known keys: [String]?) throws -> [String: YAMLReader] {
        guard let mapping = node.mapping else { throw expected("keys and values") }
        var values: [String: YAMLReader] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            if let keys, !keys.contains(name) {
                let hint =
                    keys.nearest(to: name).map { "Did you mean '\($0)'?" }
                    ?? "Known are: \(keys.joined(separator: ", "))."
                throw YAMLReader(path: path, node: key).error("'\(name)' is no key of \(what)", fix: hint)
            }
            let reader = YAMLReader(path: path, node: value, subject: "'\(name)'")
            guard values.updateValue(reader, forKey: name) == nil else {
                throw YAMLReader(path: path, node: key).error("the key '\(name)' is there twice")
            }
        }
        return values
    }

    func list() throws -> [YAMLReader] {
        if isNull { return [] }
        guard let sequence = node.sequence else { throw expected("a list") }
        return sequence.map { YAMLReader(path: path, node: $0, subject: "an entry of \(subject)") }
    }

    func text() throws -> String {
        guard !isNull, let text = node.scalar?.string, !text.isEmpty else {
            throw expected("a text")
        }
        guard !text.contains("\0") else { throw error("\(subject) has a NUL character") }
        return text
    }

    /// A path, made absolute. Only a shell knows whose home `~` is.
    func path(from folder: String) throws -> String {
        let text = try text()
        try refuseHome(text)
        return Site.absolute(text, from: folder)
    }

    func refuseHome(_ text: String) throws {
        guard text != "~", !text.hasPrefix("~/") else {
            throw error(
                "\(subject) begins with '~', which stands for nothing here",
                fix: "Write the whole path."
            )
        }
    }

    func integer(_ range: ClosedRange<Int>) throws -> Int {
        guard case .integer(let value)? = plain.flatMap(YAMLScalars.integer), range.contains(Int(value))
        else {
            throw expected("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(value)
    }

    func flag() throws -> Bool {
        guard case .boolean(let flag)? = plain.flatMap(YAMLScalars.boolean) else {
            throw expected("true or false")
        }
        return flag
    }

    /// A text, a number, true or false, or a list of them, as settings of plugins are.
    func setting() throws -> LuaValue {
        if isList { return .array(try list().map { try $0.setting() }) }
        guard !isRecord, !isNull, let text = node.scalar?.string else {
            throw expected("a text, a number, true or false, or a list of them")
        }
        return plain.map(YAMLScalars.value) ?? .string(text)
    }

    private func expected(_ what: String) -> CommandError {
        error("\(subject) must be \(what), \(found)")
    }

    private var found: String {
        guard let text = node.scalar?.string else { return isList ? "not a list" : "not keys and values" }
        return text.isEmpty || isNull ? "and is empty" : "not '\(text.prefix(40))'"
    }
}
