import BackupAPI
import LuaKit

extension Manifest {
    private static let fields = described.fields.map(\.name)

    /// Reads the table that a workflow's file returns. Throws `bad_manifest`, which names the field.
    init(_ table: LuaTableValue, script: String, kinds: [String]) throws {
        let reader = ManifestReader(table, script: script, kinds: kinds)
        try reader.checkAPI()
        try reader.refuseOthers(than: Self.fields)
        self.script = script
        name = try reader.text("name") ?? Self.baseName(of: script)
        summary = try reader.text("summary")
        description = try reader.text("description")
        category = try reader.text("category")
        needs = try reader.needs()
        arguments = try reader.arguments()
        schedule = reader["schedule"]
    }

    /// All that is wrong with a table: the first problem of each field.
    static func problems(in table: LuaTableValue, script: String, kinds: [String]) -> [WorkflowError] {
        let reader = ManifestReader(table, script: script, kinds: kinds)
        return reader.problems(
            fields,
            [{ _ = try reader.needs() }, { _ = try reader.arguments() }]
                + ["name", "summary", "description", "category"].map { field in { _ = try reader.text(field) }
                }
        )
    }

    private static func baseName(of script: String) -> String {
        let file = script.split(separator: "/").last.map(String.init) ?? script
        return file.hasSuffix(".lua") ? String(file.dropLast(4)) : file
    }
}

/// Reads a table of a manifest with errors that name the field, what was expected and what was found.
struct ManifestReader {
    let table: LuaTableValue
    let script: String
    /// What stands before the names of fields: `args.limit.`.
    var path = ""
    /// The kinds of permission that there are beside those of every host.
    private let kinds: [String]

    init(_ table: LuaTableValue, script: String, kinds: [String] = []) {
        self.table = table
        self.script = script
        self.kinds = kinds
    }

    subscript(field: String) -> LuaValue { table.fields[.string(field)] ?? .nil }

    func problem(_ field: String, _ message: String, fix: String? = nil) -> WorkflowError {
        WorkflowError(
            .badManifest,
            script,
            "the manifest's '\(path)\(field)': \(message)",
            fix: fix,
            field: path + field
        )
    }

    func expected(_ what: String, _ field: String, got value: LuaValue) -> WorkflowError {
        problem(field, "\(what) expected, got \(value.shown)")
    }

    /// Throws unless the table is for this version of the interface.
    func checkAPI() throws {
        guard self["api"] != .integer(Int64(Manifest.api)) else { return }
        guard self["api"] != .nil else {
            throw WorkflowError(
                .badManifest,
                script,
                "the manifest has no 'api'",
                fix: "Write 'api = \(Manifest.api)'."
            )
        }
        throw expected("\(Manifest.api), the only version there is,", "api", got: self["api"])
    }

    func refuseOthers(than known: [String]) throws {
        guard table.items.isEmpty else {
            throw expected("names with values", "1", got: table.items.first ?? .nil)
        }
        let names = table.fields.keys.map { $0.text ?? $0.shown }
        guard let unknown = names.filter({ !known.contains($0) }).min() else { return }
        let hint =
            known.nearest(to: unknown).map { "Did you mean '\($0)'?" }
            ?? "Known are: \(known.joined(separator: ", "))."
        throw problem(unknown.printable, "there is no such field", fix: hint)
    }

    /// What several readings throw, and a problem for each name that is none of the known ones; `nil` knows all.
    func problems(_ known: [String]?, _ readings: [() throws -> Void]) -> [WorkflowError] {
        let unknown = known.map { known in
            table.fields.keys.filter { !known.contains($0.text ?? "") }.map { key in
                let one = ManifestReader(LuaTableValue(fields: [key: true]), script: script)
                return { try one.refuseOthers(than: known) }
            }
        }
        return ([checkAPI] + (unknown ?? []) + readings).compactMap { read in
            do {
                try read()
                return nil
            } catch {
                return error as? WorkflowError
            }
        }
    }

    /// A text that says something; `nil` where the field is absent.
    func text(_ field: String) throws -> String? {
        let value = self[field]
        guard value != .nil else { return nil }
        guard let text = value.text, !text.isEmpty else { throw expected("a text", field, got: value) }
        return text.printable
    }

    func flag(_ field: String) throws -> Bool {
        switch self[field] {
        case .nil: return false
        case .boolean(let flag): return flag
        case let other: throw expected("true or false", field, got: other)
        }
    }

    /// The elements of a list; empty where the field is absent.
    func list(_ field: String) throws -> [LuaValue] {
        guard self[field] != .nil else { return [] }
        guard case .table(let list) = self[field], list.fields.isEmpty else {
            throw expected("a list", field, got: self[field])
        }
        return list.items
    }

    func needs() throws -> [Permission] {
        try list("needs").enumerated().map { index, value in
            let field = "needs[\(index + 1)]"
            guard let text = value.text else {
                throw expected("a permission such as \"shell:pg_dump\"", field, got: value)
            }
            guard let permission = Permission(text, others: kinds) else {
                throw unknownPermission(text.printable, field)
            }
            return permission
        }
    }

    private func unknownPermission(_ text: String, _ field: String) -> WorkflowError {
        let kinds = Permission.kinds.map(\.name) + kinds
        guard !kinds.contains(text) else {
            return problem(field, "'\(text)' does not say on what", fix: "Write '\(text):…'.")
        }
        let kind = text.split(separator: ":").first.map(String.init) ?? ""
        let hint = kinds.nearest(to: kind).map { "Did you mean '\($0)'?" }
        return problem(
            field,
            "'\(text.prefix(60))' is no permission",
            fix: hint ?? "The kinds are: \(kinds.joined(separator: ", "))."
        )
    }
}
