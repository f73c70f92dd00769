import BackupAPI
import LuaKit

extension ManifestReader {
    /// The arguments of the field `args`, or of another one like it: a table by name, or a list of tables with a `name` each, which keeps the order.
    func arguments(_ field: String = "args") throws -> [WorkflowArgument] {
        guard self[field] != .nil else { return [] }
        guard case .table(let table) = self[field], table.items.isEmpty || table.fields.isEmpty else {
            throw expected("a table of arguments, or a list of them,", field, got: self[field])
        }
        guard table.items.isEmpty else { return try listed(table.items, field) }
        let named = table.fields.map { ($0.text ?? "", $0.shown, $1) }.sorted { $0.0 < $1.0 }
        return try named.map { name, shown, value in
            guard !name.isEmpty else { throw expected("a name", field, got: .string(shown)) }
            return try argument(name, value, at: "\(field).\(name.printable)", isNamed: false)
        }
    }

    private func listed(_ items: [LuaValue], _ field: String) throws -> [WorkflowArgument] {
        var all: [WorkflowArgument] = []
        for (index, value) in items.enumerated() {
            let place = "\(field)[\(index + 1)]"
            guard let name = value["name"].text else {
                throw expected("a text", place + ".name", got: value["name"])
            }
            guard !all.contains(where: { $0.name == name }) else {
                throw problem(place + ".name", "there is another argument '\(name.printable)'")
            }
            all.append(try argument(name, value, at: place, isNamed: true))
        }
        return all
    }

    private func argument(_ name: String, _ value: LuaValue, at place: String, isNamed: Bool) throws
        -> WorkflowArgument
    {
        guard case .table(let table) = value else { throw expected("a table", place, got: value) }
        guard Self.isArgumentName(name) else {
            throw problem(
                place,
                "'\(name.printable.prefix(60))' is no name for an argument",
                fix: "Use lower-case letters, digits and '_', beginning with a letter."
            )
        }
        guard name != "help" || !place.hasPrefix("args") else {
            throw problem(place, "'--help' shows what the workflow takes", fix: "Choose another name.")
        }
        var reader = ManifestReader(table, script: script)
        reader.path = place + "."
        try reader.refuseOthers(than: WorkflowArgument.fieldNames(hasName: isNamed))
        var argument = WorkflowArgument(name, try reader.argumentType(), help: try reader.text("help"))
        argument.choices = try reader.list("choices")
        for (index, choice) in argument.choices.enumerated() {
            try reader.check(choice, "choices[\(index + 1)]") { try argument.type.element.read($0) }
        }
        argument.defaultValue = reader["default"]
        if argument.defaultValue != .nil {
            try reader.check(argument.defaultValue, "default", argument.read)
        }
        argument.isRequired = try reader.flag("required")
        guard !argument.isRequired || argument.defaultValue == .nil else {
            throw reader.problem("required", "an argument with a default need not be given")
        }
        return argument
    }

    private func argumentType() throws -> ArgumentType {
        guard let text = try text("type") else { return .string }
        guard let type = ArgumentType(rawValue: text) else {
            let known = ArgumentType.allCases.map(\.rawValue)
            let hint =
                known.nearest(to: text).map { "Did you mean '\($0)'?" }
                ?? "Known are: \(known.joined(separator: ", "))."
            throw problem("type", "there is no type '\(text.prefix(60))'", fix: hint)
        }
        return type
    }

    private func check(_ value: LuaValue, _ field: String, _ read: (LuaValue) throws -> LuaValue) throws {
        do {
            _ = try read(value)
        } catch let wrong as ArgumentProblem {
            throw problem(field, wrong.problem)
        }
    }

    private static func isArgumentName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
}
