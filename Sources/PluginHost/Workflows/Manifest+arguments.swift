import BackupAPI
public import LuaKit

extension Manifest {
    /// Checks and converts arguments by the manifest's types, and fills in its defaults.
    ///
    /// `given` is a table by name; texts are read as the command line has them. Arguments that are complete stay as they
    /// are. Throws `bad_arguments` for one that is unknown, missing or no value of its type.
    public func complete(_ given: LuaValue) throws -> LuaValue {
        guard case .table(let table) = given else {
            throw wrong("a table of arguments expected, got \(given.shown)")
        }
        if let first = table.items.first {
            throw wrong(
                "'\(first.textForPeople.printable.prefix(60))' belongs to no argument",
                fix: arguments.isEmpty ? "The workflow takes none." : helpHint
            )
        }
        let names = table.fields.keys.map { $0.text ?? $0.shown }
        if let unknown = names.filter({ name in !arguments.contains { $0.name == name } }).min() {
            throw self.unknown(unknown)
        }
        var values: [LuaValue: LuaValue] = [:]
        for argument in arguments {
            let name = LuaValue.string(argument.name)
            let value = table.fields[name] ?? .nil
            guard value != .nil || argument.defaultValue != .nil else {
                guard !argument.isRequired else {
                    throw wrong(
                        "the argument '\(argument.name)' is missing",
                        fix: "Give it with \(argument.flag)."
                    )
                }
                continue
            }
            do {
                values[name] = try argument.read(value == .nil ? argument.defaultValue : value)
            } catch let problem as ArgumentProblem {
                throw wrong("the argument '\(argument.name)': \(problem.problem)")
            }
        }
        return .table(LuaTableValue(fields: values, mark: .record))
    }

    /// Reads the words of a command line: `--name value` and `--name=value`; for a boolean `--name` and `--no-name`. A
    /// list is given a word at a time. Throws `bad_arguments`.
    public func arguments(from words: [String]) throws -> LuaValue {
        var table = LuaTableValue(mark: .record)
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), word.count > 2 else {
                table.items.append(.string(word))
                continue
            }
            let parts = word.dropFirst(2).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let (argument, isNegated) = try argument(called: String(parts[0]))
            let value: LuaValue
            if parts.count == 2 {
                guard !isNegated else { throw wrong("'--\(parts[0])' takes no value") }
                value = .string(String(parts[1]))
            } else if argument.type == .boolean {
                value = .boolean(!isNegated)
            } else if let next = rest.first, !next.hasPrefix("--") {
                value = .string(next)
                rest = rest.dropFirst()
            } else {
                throw wrong("\(argument.flag) needs a value", fix: "Write \(argument.flag)=…")
            }
            try put(value, argument, in: &table)
        }
        return try complete(.table(table))
    }

    private func put(_ value: LuaValue, _ argument: WorkflowArgument, in table: inout LuaTableValue) throws {
        let name = LuaValue.string(argument.name)
        guard argument.type == .list else {
            guard table.fields.updateValue(value, forKey: name) == nil else {
                throw wrong("\(argument.flag) is given twice")
            }
            return
        }
        let before: [LuaValue] = if case .table(let list)? = table.fields[name] { list.items } else { [] }
        table.fields[name] = .array(before + [value])
    }

    private func argument(called word: String) throws -> (WorkflowArgument, isNegated: Bool) {
        let name = word.map { $0 == "-" ? "_" : String($0) }.joined()
        if let argument = arguments.first(where: { $0.name == name }) { return (argument, false) }
        let positive = name.dropFirst("no_".count)
        if name.hasPrefix("no_"),
            let argument = arguments.first(where: { $0.name == positive && $0.type == .boolean })
        {
            return (argument, true)
        }
        throw unknown(name)
    }

    private func unknown(_ name: String) -> WorkflowError {
        let shown = WorkflowArgument(name.printable).flag.prefix(60)
        let known = arguments.map(\.name)
        let hint = known.nearest(to: name).map { "Did you mean '\(WorkflowArgument($0).flag)'?" }
        return wrong(
            "there is no argument '\(shown)'",
            fix: hint ?? (known.isEmpty ? "The workflow takes none." : helpHint)
        )
    }

    private var helpHint: String { "'moonkeep run \(script) --help' lists them." }

    private func wrong(_ message: String, fix: String? = nil) -> WorkflowError {
        WorkflowError(.badArguments, script, message, fix: fix)
    }
}
