import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import Synchronization

extension Module {
    /// `test`: what test files have beside the modules of scripts.
    static func test(_ world: World) -> Module {
        Module(
            "test",
            "Tests scripts, for 'moonkeep test': cases with backups, servers, programs, secrets and a clock of their own. Backups and waits take no time. The modules of scripts work in a test too, on the same backups and clock.",
            values: [
                Value(
                    "clock",
                    "Clock: the time of the case"
                ) { _ in .object(TestClock(world.time)) },
                Value(
                    "calls",
                    "Calls: what was called so far"
                ) { _ in .object(TestCalls(world.doubles)) },
            ]
        ) {
            Function(
                "case",
                "Says a test case. Each runs in a Lua state of its own, for which the whole file is run again, with nothing of the other cases.",
                .composite,
                Parameter<Text>("name", "What holds, as a sentence."),
                Parameter<Callback>("fn", "What to do; an error fails the case.")
            ) { run, name, function in
                try await world.meet(TestCase(name: name), function, run)
            }
            Function(
                "crash_everywhere",
                "Says a test case that is run again and again: its runs are killed after their first commit to the journal and taken up again, then after the second, and so on to the last.",
                .composite,
                Parameter<Text>("name", "What holds wherever the host dies, as a sentence."),
                Parameter<Callback>("fn", "What to do; an error fails the case.")
            ) { run, name, function in
                try await world.meet(TestCase(name: name, isKilledEverywhere: true), function, run)
            }
            Function(
                "run",
                "Runs a script to its end, with all granted that its manifest asks for, and answers what came of it. What goes wrong in it is in the answer, and is not raised.",
                .composite,
                Parameter<Text>(
                    "script",
                    "Its path, from the folder in which the test's folder is, or a name of 'test.file'."
                ),
                OptionalParameter<Anything>("args", "The arguments, a table by name."),
                returns: "TestResult: what came of it",
                errors: ["bad_arguments", "bad_manifest", "test_problem"]
            ) { run, script, arguments in
                try await world.run(script, arguments ?? .nil)
            }
            Function(
                "schedule",
                "Lets time pass and runs a workflow whenever its manifest says so. One that still runs at its next time is put off, or left out where its schedule says \"skip\".",
                .composite,
                Parameter<Text>("script", "The workflow's path, as for 'test.run'."),
                Parameter<ScheduleSpan>(
                    "span",
                    "{from, to, args}: two times, the first is now by default, and the arguments."
                ),
                returns:
                    "list of TestResult: what came of each run, in order; one that was left out has the outcome \"skipped\"",
                errors: ["test_problem"]
            ) { run, script, span in
                try await world.runAsScheduled(script, from: span.from, to: span.to, span.arguments)
            }
            Function(
                "week",
                "Does as 'test.schedule' for a week.",
                .composite,
                Parameter<Text>("script", "The workflow's path, as for 'test.run'."),
                OptionalParameter<Moment>("from", "When it begins. Default: now."),
                returns: "list of TestResult: as of 'test.schedule'",
                errors: ["test_problem"]
            ) { run, script, from in
                let end = (from ?? world.time.now).advanced(by: .seconds(7 * 86_400))
                return try await world.runAsScheduled(script, from: from, to: end, .nil)
            }
            Function(
                "crash_at",
                "Kills the next run after so many commits to the journal, and takes it up again; several numbers count over all its lives.",
                .pure,
                Parameter<CommitNumbers>("commits", "A number from 1, or a list."),
                immediate: { _, numbers in
                    world.state.withLock { $0.crashPoints = numbers }
                    return .nil
                }
            )
            Function.expect
            Function.backups(of: world)
            Function.checks(of: world)
            Function.http(of: world)
            Function.shell(of: world)
            Function.answers(of: world)
            Function.secrets(of: world)
            Function.notifiers(of: world)
            Function.file(of: world)
            Function.settings(of: world)
        }
        .documented(types: TestDocumentation.types, examples: TestDocumentation.examples)
    }
}

extension World {
    /// Comes to a case of the file: notes it, and runs it where it is the wanted one.
    func meet(_ testCase: TestCase, _ function: LuaFunction, _ run: RunContext) async throws -> LuaValue {
        let isWanted = try state.withLock { state in
            guard !state.isRunning else {
                throw TestProblem("the case '\(testCase.name)' stands in another one")
            }
            state.cases.append(testCase)
            guard case .running(let number, _) = purpose else { return false }
            state.isRunning = state.cases.count - 1 == number
            return state.isRunning
        }
        guard isWanted else { return .nil }
        defer { state.withLock { $0.isRunning = false } }
        _ = try await run.functions.callInStep(function)
        return .nil
    }
}
