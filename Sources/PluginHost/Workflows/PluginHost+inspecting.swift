import BackupAPI
public import LuaKit
import RunJournal

extension PluginHost {
    /// Tells whether a file is a workflow, and what its manifest says.
    ///
    /// The file is loaded in a state of its own, in which every host function that is not pure ends the loading: a file that
    /// calls one is a plain script, and so is one that fails or that returns no table with a function `run`. Nothing is done
    /// and nothing recorded. Throws `bad_manifest`.
    public func inspect(_ source: LuaSource) async throws -> ScriptKind {
        let loaded = try await load(source, allowance: 0)
        guard loaded.calls.isEmpty, let table = loaded.workflow else { return .script }
        return .workflow(try Manifest(table, script: source.name))
    }

    /// What is wrong with a file as a workflow, a sentence each, `script:line: …` where the line is known; empty for a plain
    /// script.
    public func problems(asWorkflow source: LuaSource) async throws -> [String] {
        let loaded = try await load(source, allowance: Self.mostCalls)
        guard let table = loaded.workflow else { return [] }
        var problems = loaded.calls.map { call in
            let error = WorkflowError.calledWhileLoading(call.function, script: source.name)
            guard let place = call.place else { return error.description }
            return "\(place.script):\(place.line): \(error.message). \(error.fix ?? "")"
        }
        do {
            _ = try Manifest(table, script: source.name)
        } catch let error as WorkflowError {
            problems.append(error.description)
        }
        return problems
    }

    /// Enough for whoever looks for mistakes; a plain script that goes on without answers may call for ever.
    private static var mostCalls: Int { 20 }

    /// What a file returned that was only loaded.
    struct Loaded {
        var values: [LuaValue] = []
        var calls: [LoadCall] = []
        var failure: LuaError?
        /// The hooks that it registered, where it may.
        var hooks: [HookDeclaration] = []

        /// The table of a workflow; `nil` for all else.
        var workflow: LuaTableValue? {
            guard case .table(let table)? = values.first, case .function? = table.fields["run"] else {
                return nil
            }
            return table
        }
    }

    /// Loads a file, and says what it returned and what it called.
    func load(_ source: LuaSource, allowance: Int, admittingHooks: Bool = false) async throws -> Loaded {
        var host = self
        // A manifest is there at once; a plain script that computes for long is found out by that.
        host.limits.runningTime = min(limits.runningTime ?? .seconds(1), .seconds(1))
        host.limits.grace = .milliseconds(8)
        let run = RunRecord(
            id: "load",
            scriptName: source.name.withoutNUL,
            scriptSHA256: SHA256.hexDigest(of: source.bytes),
            seed: 0,
            owner: environment.owner,
            started: 0
        )
        let execution = try await host.makeExecution(
            run,
            .load,
            arguments: .record([:]),
            loading: LoadWatch(allowance: allowance)
        ) { _ in }
        var loaded = Loaded()
        if admittingHooks { execution.context.hookRegistry.open() }
        do {
            loaded.values = try await execution.state.run(source, randomStream: 0)
        } catch {
            loaded.failure = error
        }
        loaded.hooks = execution.context.hookRegistry.close().map(\.declaration)
        loaded.calls = execution.context.loading.all
        return loaded
    }
}
