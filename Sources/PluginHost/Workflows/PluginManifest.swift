import BackupAPI
import LuaKit

/// What a plugin says of itself: the table that its `plugin.lua` returns, without what scripts use of it.
public struct PluginManifest: Hashable, Sendable {
    /// Its name, which is its folder's.
    public var name: String
    /// Its version: numbers with dots between them.
    public var version: String?
    /// What it is for, in one sentence.
    public var summary: String?
    /// What it asks to be allowed: scripts that require it have to ask for it too.
    public var needs: [Permission]
    /// The plugins that it requires, with the versions that will do: `1.x`, `1.2.x`, `1.2.3`, or `x` for any.
    public var requires: [String: String]
    /// What the site file can say to it: in the manifest's order where that is a list, else by name.
    public var settings: [WorkflowArgument]
    /// Its hooks, in the order of their registration.
    public var hooks: [HookDeclaration]
    /// The names of its functions, sorted.
    public var functions: [String]

    /// Reads the table. Throws `bad_manifest`, which names the field.
    init(
        _ table: LuaTableValue,
        folder: String,
        script: String,
        hooks: [HookDeclaration],
        kinds: [String]
    ) throws {
        let reader = ManifestReader(table, script: script, kinds: kinds)
        try reader.checkAPI()
        name = try reader.text("name") ?? folder
        guard name == folder else {
            throw reader.problem("name", "'\(folder)', the folder's name, expected, got '\(name)'")
        }
        version = try reader.version()
        summary = try reader.text("summary")
        needs = try reader.needs()
        requires = try reader.requirements()
        settings = try reader.arguments(Self.settingsField)
        self.hooks = hooks
        functions = table.fields.compactMap { key, value in
            if case .function = value { key.text } else { nil }
        }.sorted()
    }

    /// The field that declares what the site file can say to it.
    static let settingsField = "settings"

    /// All that is wrong with a table: the first problem of each field. What else it has is the plugin's own.
    static func problems(in table: LuaTableValue, script: String, kinds: [String]) -> [WorkflowError] {
        let reader = ManifestReader(table, script: script, kinds: kinds)
        return reader.problems(
            nil,
            [
                { _ = try reader.needs() }, { _ = try reader.requirements() },
                { _ = try reader.text("name") }, { _ = try reader.text("summary") },
                { _ = try reader.version() }, { _ = try reader.arguments(settingsField) },
            ]
        )
    }
}

extension ManifestReader {
    /// Numbers with dots between them; `nil` where the field is absent.
    fileprivate func version() throws -> String? {
        guard let version = try text("version") else { return nil }
        guard PluginVersion(version) != nil else {
            throw problem("version", "numbers with dots expected, got '\(version.prefix(40))'")
        }
        return version
    }

    /// Versions by the names of plugins.
    fileprivate func requirements() throws -> [String: String] {
        guard self["requires"] != .nil else { return [:] }
        guard case .table(let table) = self["requires"], table.items.isEmpty else {
            throw expected("versions by the names of plugins", "requires", got: self["requires"])
        }
        var all: [String: String] = [:]
        for (key, value) in table.fields {
            let name = key.text ?? key.shown
            guard let text = value.text, VersionPattern(text) != nil else {
                throw expected("a version such as \"1.x\"", "requires.\(name.printable)", got: value)
            }
            all[name] = text
        }
        return all
    }
}

/// Numbers with dots between them.
package struct PluginVersion {
    let numbers: [Int]

    /// Whether a version comes after another one; a number that is not there is 0.
    package static func isHigher(_ one: String, than other: String) -> Bool {
        guard let one = PluginVersion(one)?.numbers, let other = PluginVersion(other)?.numbers else {
            return false
        }
        let count = max(one.count, other.count)
        func padded(_ numbers: [Int]) -> [Int] { numbers + [Int](repeating: 0, count: count - numbers.count) }
        return other.lexicographicallyPrecedes(one) && padded(one) != padded(other)
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        numbers = parts.compactMap { Int($0) }.filter { $0 >= 0 }
        guard numbers.count == parts.count else { return nil }
    }
}

/// The versions that a requirement allows: a whole one, or the beginning of one and `x`.
struct VersionPattern {
    private let numbers: [Int]
    private let isOpen: Bool

    init?(_ text: String) {
        isOpen = text == "x" || text.hasSuffix(".x")
        let fixed = isOpen ? String(text.dropLast(text == "x" ? 1 : 2)) : text
        guard let version = fixed.isEmpty && isOpen ? [] : PluginVersion(fixed)?.numbers else { return nil }
        numbers = version
    }

    func matches(_ version: PluginVersion) -> Bool {
        isOpen ? version.numbers.starts(with: numbers) : version.numbers == numbers
    }
}
