import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import Synchronization

extension Function {
    /// `test.backups`
    static func backups(of world: World) -> Function {
        Function(
            "backups",
            "Says which configurations there are, and how their backups go: a table, or a list of them, one a start, of which the last serves all that follow. Each table is a TestBackup.",
            .pure,
            Parameter<Fields>("backups", "Tables, or lists of them, by the configuration's name."),
            immediate: { _, value in
                guard case .table(let table) = value else { return .nil }
                for (key, value) in table.fields {
                    let name = key.text ?? key.shown
                    do {
                        try world.setBackups(name, value)
                    } catch let problem as ArgumentProblem {
                        throw ArgumentProblem("'\(name.printable)': \(problem.problem)")
                    }
                }
                return .nil
            }
        )
    }

    /// `test.checks`
    static func checks(of world: World) -> Function {
        Function(
            "checks",
            "Says what 'backup.check' finds: a list of problems for each check, of which the last serves all that follow. Without it nothing is wrong.",
            .pure,
            Parameter<Anything>("findings", "A list of lists of texts.", type: "table"),
            immediate: { _, value in
                guard case .table(let table) = value, table.fields.isEmpty else {
                    throw ArgumentProblem("a list of lists of texts expected, got \(value.shape)")
                }
                world.service.setFindings(
                    try table.items.map { item in
                        guard case .table(let problems) = item, problems.fields.isEmpty else {
                            throw ArgumentProblem(
                                "a list of lists of texts expected, got a \(item.shape) in it"
                            )
                        }
                        return try problems.items.map(Text.read)
                    }
                )
                return .nil
            }
        )
    }

    /// `test.http`
    static func http(of world: World) -> Function {
        Function(
            "http",
            "Says what servers answer. Keys are \"METHOD ADDRESS\" or an address, with '*' at the end for all that begin so; values a table, a list of them, one a request, or a function, which gets {method, url, headers, body} and answers the table. A request that nothing answers fails the case. Each table is a TestAnswer.",
            .pure,
            Parameter<Fields>("answers", "Tables, lists or functions by the request."),
            immediate: { _, table in
                try world.doubles.web.set(table)
                return .nil
            }
        )
    }

    /// `test.shell`
    static func shell(of world: World) -> Function {
        Function(
            "shell",
            "Says how programs end; none is started. Keys are a program, or a program with its first arguments; values as for 'test.http', where a function gets {command, stdin, env, cwd}. A call that nothing answers fails the case. Each table is a TestProgram.",
            .pure,
            Parameter<Fields>("ends", "Tables, lists or functions by the program."),
            immediate: { _, table in
                try world.doubles.programs.set(table)
                return .nil
            }
        )
    }

    /// `test.answers`
    static func answers(of world: World) -> Function {
        Function(
            "answers",
            "Says what a person answers to 'run.ask'. Keys are questions, with '*' at the end for all that begin so; values a choice, false for nobody, a list of them, one a question, or a function, which gets {question, choices, default, details} and answers one. A question that nothing answers takes its default when its time is over, and fails the case where it has none.",
            .pure,
            Parameter<Fields>("answers", "Choices, lists or functions by the question."),
            immediate: { _, table in
                try world.doubles.people.set(table)
                return .nil
            }
        )
    }

    /// `test.secrets`
    static func secrets(of world: World) -> Function {
        Function(
            "secrets",
            "Says which secrets there are. Each has at least 4 bytes.",
            .pure,
            Parameter<Fields>("secrets", "Texts by name."),
            immediate: { _, value in
                guard case .table(let table) = value else { return .nil }
                var secrets: [String: [UInt8]] = [:]
                for (key, value) in table.fields {
                    guard let name = key.text, case .string(let bytes) = value else {
                        throw ArgumentProblem("texts by name expected, got \(value.shown)")
                    }
                    secrets[name] = bytes.bytes
                }
                world.doubles.setSecrets(secrets)
                return .nil
            }
        )
    }

    /// `test.notifiers`
    static func notifiers(of world: World) -> Function {
        Function(
            "notifiers",
            "Says which notifiers there are, beside those that a manifest names in 'notify:NAME'. They deliver nothing; 'notifications' of an answer has what was sent.",
            .pure,
            Parameter<Anything>(
                "notifiers",
                "A list of names; or by name {fails = \"why\"} for one that delivers nothing."
            ),
            immediate: { _, value in
                guard case .table(let table) = value else {
                    throw ArgumentProblem("table expected, got \(value.shape)")
                }
                var notifiers: [String: String] = [:]
                for item in table.items { notifiers[item.text ?? item.shown] = "" }
                for (key, value) in table.fields {
                    notifiers[key.text ?? key.shown] = value["fails"].text ?? ""
                }
                world.state.withLock { $0.notifiers.merge(notifiers) { $1 } }
                return .nil
            }
        )
    }

    /// `test.settings`
    static func settings(of world: World) -> Function {
        Function(
            "settings",
            "Says what a plugin is told, as 'plugins' in moonkeep.yaml does; at the beginning of the file, before it requires the plugin.",
            .pure,
            Parameter<Text>("name", "The plugin's name."),
            Parameter<Fields>("settings", "The settings by name."),
            immediate: { _, name, settings in
                world.state.withLock { $0.settings[name] = settings }
                return .nil
            }
        )
    }

    /// `test.file`
    static func file(of world: World) -> Function {
        Function(
            "file",
            "Gives 'test.run' a script that the test has written itself.",
            .pure,
            Parameter<Text>("name", "The name under which it is run."),
            Parameter<Text>("text", "Its source."),
            immediate: { _, name, text in
                world.state.withLock { $0.files[name] = text }
                return .nil
            }
        )
    }
}

extension World {
    fileprivate func setBackups(_ name: String, _ value: LuaValue) throws {
        let list: [LuaValue] =
            if case .table(let table) = value, table.kind == .list { table.items } else { [value] }
        let scripts = try list.map { item in
            do {
                return try Options<BackupDouble>().read(item).script(by: time.clock)
            } catch let error as LuaConversionError {
                throw ArgumentProblem(error.description)
            }
        }
        service.set(Configuration.make(name), scripts: scripts)
    }
}

/// The argument `span` of `test.schedule`.
enum ScheduleSpan: ParameterKind {
    static var typeName: String { "table" }

    static func read(_ value: LuaValue) throws -> (from: Timestamp?, to: Timestamp, arguments: LuaValue) {
        guard case .table(let table) = value, table.items.isEmpty else {
            throw ArgumentProblem("a table with 'from' and 'to' expected, got \(value.shape)")
        }
        for key in table.fields.keys where !["from", "to", "args"].contains(key.text) {
            throw ArgumentProblem("there is no option '\(key.textForPeople)'; known are: from, to, args")
        }
        guard value["to"] != .nil else { throw ArgumentProblem("to: a time expected, got nil") }
        let from = value["from"] == .nil ? nil : try Moment.read(value["from"])
        return (from, try Moment.read(value["to"]), value["args"])
    }
}

/// A number of commits, or several.
enum CommitNumbers: ParameterKind {
    static var typeName: String { "integer or list" }

    static func read(_ value: LuaValue) throws -> [Int] {
        let items: [LuaValue] = if case .table(let table) = value { table.items } else { [value] }
        guard !items.isEmpty else { throw ArgumentProblem("a number from 1 expected, got \(value.shape)") }
        return try items.map { item in
            guard case .integer(let number) = item, (1...100_000).contains(number) else {
                throw ArgumentProblem("a number from 1 expected, got \(item.shown)")
            }
            return Int(number)
        }
    }
}

/// The time of a case, as its test sees it.
final class TestClock: LuaObject, Sendable {
    private let time: VirtualTime

    init(_ time: VirtualTime) {
        self.time = time
    }

    static let luaType = LuaObjectType<TestClock>("Clock") { type in
        type.property("now") { $0.time.now.description }
        type.method("set") { (self: TestClock, moment: LuaValue) in self.time.set(try Moment.read(moment)) }
        type.method(
            "advance",
            waiting: { (self: TestClock, duration: LuaValue) in
                try await self.time.clock.sleep(for: try TimeSpan.read(duration))
            }
        )
    }
}

/// What the doubles of a case were asked, as its test sees it.
final class TestCalls: LuaObject, Sendable {
    private let doubles: Doubles

    init(_ doubles: Doubles) {
        self.doubles = doubles
    }

    static let luaType = LuaObjectType<TestCalls>("Calls") { type in
        type.property("http") { LuaValue.array($0.doubles.requests) }
        type.property("shell") { LuaValue.array($0.doubles.commands) }
        type.property("mail") { LuaValue.array($0.doubles.mails) }
        type.property("questions") { LuaValue.array($0.doubles.questions) }
    }
}
