import BackupAPI
import LuaKit
import RunJournal

extension TaskCalls {
    /// `task`: waiting, and several things at a time.
    static var module: Module {
        Module("task", "Waits, and does several things at a time.") {
            Function(
                "spawn",
                "Starts a function as a task beside the script. The run ends when all its tasks have; a failure that nobody waits for fails it.",
                .composite,
                Parameter<Callback>("fn", "What to do.", type: "function(argument: any): any"),
                OptionalParameter<Anything>("argument", "What the function gets."),
                returns: "Task: what runs"
            ) { run, function, argument in
                .object(try TaskCalls(run).spawn(function, [argument ?? .nil]))
            }
            Function(
                "all",
                "Runs functions at the same time, waits for all of them, and raises the error of the first in the list that failed.",
                .composite,
                Parameter<FunctionList>("functions", "A list of functions."),
                returns: "list: the first result of each, in order"
            ) { run, functions in
                try await TaskCalls(run).all(functions)
            }
            Function(
                "any",
                "Runs functions at the same time until one succeeds; the others are cancelled then. Raises when all fail.",
                .recorded(.wait),
                Parameter<FunctionList.NotEmpty>("functions", "A list of functions, at least one."),
                returns: "any: the first result of the one that succeeded"
            ) { run, functions in
                try await TaskCalls(run).any(functions)
            }
            .runningInPlans()
            Function(
                "map",
                "Runs a function for each item of a list, some at a time. An item that fails does not stop the rest, and makes the run's outcome failed unless 'run.finish' says otherwise.",
                .composite,
                Parameter<ItemList>("list", "The items."),
                Options<MapOptions>(),
                Parameter<Callback>(
                    "fn",
                    "Gets an item and its number.",
                    type: "function(item: any, index: integer): any"
                ),
                returns: "list of ItemResult: what came of each item, in order"
            ) { run, items, options, function in
                guard let limit = Optional(options.limit ?? 4), (1...256).contains(limit) else {
                    throw ArgumentProblem("limit: 1 to 256 expected").at(2)
                }
                return try await TaskCalls(run).map(items, limit: limit, function)
            }
            Function(
                "retry",
                "Calls a function until it succeeds, with pauses that grow; the last error is raised.",
                .composite,
                Options<RetryOptions>(),
                Parameter<Callback>("fn", "What to do.", type: "function(): any"),
                returns: "any: its first result"
            ) { run, options, function in
                try await TaskCalls(run).retry(options, function)
            }
            Function(
                "outcome",
                "Calls a function, and answers the worst outcome of what it waited for: \"ok\", \"warning\", \"failed\", \"stopped\" and so on. An error of the function is raised.",
                .composite,
                Parameter<Callback>("fn", "What to do.", type: "function(): any"),
                returns: "string: the outcome"
            ) { run, function in
                .string(try await TaskCalls(run).outcome(of: function).rawValue)
            }
            Function(
                "timeout",
                "Calls a function, and cancels what it waits for when it takes too long.",
                .recorded(.wait),
                Parameter<TimeSpan>("duration", "How long it may take."),
                Parameter<Callback>("fn", "What to do.", type: "function(): any"),
                returns: "any: its first result",
                errors: ["timed_out"]
            ) { run, duration, function in
                try await TaskCalls(run).limit(duration, function)
            }
            .runningInPlans()
            Function(
                "step",
                "Calls a function as one step: a resumed run takes its result from the journal and does not call it again.",
                .recorded(.wait),
                Parameter<ShortName>(
                    "name",
                    "What it is, for whoever reads the journal; at most 255 bytes."
                ),
                Parameter<Callback>("fn", "What to do.", type: "function(): any"),
                returns: "any: its first result"
            ) { run, _, function in
                try await TaskCalls(run).unit(function)
            }
            .runningInPlans()
            Function(
                "sleep",
                "Waits for some time, counted from the first time that the run came here.",
                .recorded(.sleep),
                Parameter<TimeSpan>(
                    "duration",
                    "How long: seconds, or a text such as \"90s\", \"15m\", \"4h\"."
                )
            ) { run, duration in
                try await TaskCalls(run).sleep(for: duration)
            }
            Function(
                "sleep_until",
                "Waits until a moment; one that has passed is not waited for.",
                .recorded(.sleep),
                Parameter<Moment>(
                    "time",
                    "ISO 8601, for example \"2026-03-01T04:00:00Z\", or seconds since 1970."
                )
            ) { run, moment in
                try await TaskCalls(run).sleep(until: moment)
            }
        }
        .documented(types: StandardDocumentation.taskTypes, examples: StandardDocumentation.taskExamples)
    }
}

/// The options of `task.map`.
struct MapOptions: OptionTable {
    var limit: Int?

    static let fields: [ParameterDescription] = [
        .absent("limit", "integer", "At most so many at a time, 1 to 256. Default: 4.")
    ]
}

/// What a script calls a step or a lock.
enum ShortName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> String {
        let name = try Text.read(value)
        guard name.utf8.count <= 255 else {
            throw ArgumentProblem("a name of at most 255 bytes expected, got one of \(name.utf8.count)")
        }
        return name
    }
}

/// A list of functions of the script.
enum FunctionList: ParameterKind {
    /// One with at least one.
    enum NotEmpty: ParameterKind {
        static var typeName: String { FunctionList.typeName }

        static func read(_ value: LuaValue) throws -> [LuaFunction] {
            let functions = try FunctionList.read(value)
            guard !functions.isEmpty else { throw ArgumentProblem("at least one function expected") }
            return functions
        }
    }

    static var typeName: String { "list of functions" }

    static func read(_ value: LuaValue) throws -> [LuaFunction] {
        guard case .table(let table) = value, table.fields.isEmpty else {
            throw ArgumentProblem("list of functions expected, got \(value.shape)")
        }
        return try table.items.enumerated().map { index, item in
            guard case .function(let function) = item else {
                throw ArgumentProblem("item \(index + 1) is not a function but a \(item.shape)")
            }
            return function
        }
    }
}

/// A list of any values.
enum ItemList: ParameterKind {
    static var typeName: String { "list" }

    static func read(_ value: LuaValue) throws -> [LuaValue] {
        guard case .table(let table) = value, table.fields.isEmpty else {
            throw ArgumentProblem("list expected, got \(value.shape)")
        }
        return table.items
    }
}
