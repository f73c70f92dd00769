import BackupAPI
public import LuaKit
import RunJournal

extension ScriptInspector {
    /// Tells whether a file is a workflow, and what its manifest says.
    ///
    /// The file is loaded in a state of its own, in which every host function that is not pure ends the loading: a file that
    /// calls one is a plain script, and so is one that fails or that returns no table with a function `run`. Nothing is done
    /// and nothing recorded. Throws `bad_manifest`.
    public func inspect(_ source: LuaSource) async throws -> ScriptKind {
        // What returns nothing is run as it is, and need not be loaded before.
        guard [ScriptToken](source: source.bytes).mayReturn else { return .script }
        let loaded = try await load(source, allowance: 0)
        guard loaded.calls.isEmpty, let table = loaded.workflow else { return .script }
        return .workflow(try Manifest(table, script: source.name, kinds: loader.ownKinds))
    }

    /// Tells what a file is, and what is wrong with its manifest and with what it does while it is loaded.
    ///
    /// `check` throws what else is wrong with a workflow's manifest, as a `WorkflowError`.
    public func examine(
        _ source: LuaSource,
        check: (Manifest) throws -> Void = { _ in }
    ) async throws -> (role: ScriptRole, findings: [ScriptFinding]) {
        let loaded = try await load(source, allowance: Self.mostCalls)
        let kinds = loader.ownKinds
        let places = ManifestPlaces([ScriptToken](source: source.bytes))
        let calls = loaded.calls.map { call in
            let error = WorkflowError.calledWhileLoading(call.function, script: source.name)
            return ScriptFinding(error, line: call.place?.line)
        }
        guard case .table(let table)? = loaded.values.first, let asks = loaded.asks else {
            // What a call did not answer may have ended the loading.
            return places.isWorkflow ? (.part, calls) : (loaded.values.isEmpty ? .script : .part, [])
        }
        var problems =
            asks == .workflow
            ? Manifest.problems(in: table, script: source.name, kinds: kinds)
            : PluginManifest.problems(in: table, script: source.name, kinds: kinds)
        if asks == .workflow, problems.isEmpty {
            do {
                try check(try Manifest(table, script: source.name, kinds: kinds))
            } catch let problem as WorkflowError {
                problems.append(problem)
            }
        }
        let findings = problems.map { ScriptFinding($0, line: places.line(of: $0.field ?? "")) }
        let needs = try? ManifestReader(table, script: source.name, kinds: kinds).needs()
        return (needs.map { .asking(for: $0) } ?? .part, calls + findings)
    }

    /// Enough for whoever looks for mistakes; a plain script that goes on without answers may call for ever.
    static var mostCalls: Int { 20 }

    /// What a file returned that was only loaded.
    struct Loaded {
        var values: [LuaValue] = []
        var calls: [LoadCall] = []
        var failure: LuaError?
        /// The hooks that it registered, where it may.
        var hooks: [HookDeclaration] = []

        /// What kind of file it is that can ask for permissions; `nil` for all else.
        var asks: Asking? {
            if workflow != nil { return .workflow }
            guard case .table(let table)? = values.first, table.fields["api"] != nil else { return nil }
            return .plugin
        }

        enum Asking {
            case workflow
            case plugin
        }

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
        var loader = loader
        // A manifest is there at once; a plain script that computes for long is found out by that.
        loader.limits.runningTime = min(loader.limits.runningTime ?? .seconds(1), .seconds(1))
        loader.limits.grace = .milliseconds(8)
        let run = RunRecord(
            id: "load",
            scriptName: source.name.withoutNUL,
            scriptSHA256: SHA256.hexDigest(of: source.bytes),
            seed: 0,
            owner: loader.environment.owner,
            started: 0
        )
        let execution = try await loader.makeExecution(run, .load, loading: LoadWatch(allowance: allowance))
        var loaded = Loaded()
        if admittingHooks { HookRegistry.of(execution.context).open() }
        do {
            loaded.values = try await execution.state.run(source, randomStream: 0)
        } catch {
            loaded.failure = error
        }
        loaded.hooks = HookRegistry.of(execution.context).close().map(\.declaration)
        loaded.calls = execution.context.loading.all
        return loaded
    }
}
