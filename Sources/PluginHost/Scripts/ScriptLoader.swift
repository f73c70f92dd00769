import BackupAPI
import LuaKit
import RunJournal

/// What scripts find in their states: the modules, within limits.
struct ScriptLoader: Sendable {
    let executor: LuaExecutor
    var environment: HostEnvironment
    var limits: LuaLimits
    let modules: [Module]
    let globalFunctions: [Function]

    /// The names that scripts can use.
    var names: ScriptNames {
        ScriptNames(
            globals: modules.map(\.name) + globalFunctions.map(\.name) + LuaState.globalNames,
            modules: modules
        )
    }

    /// The modules' own kinds of permission.
    var ownKinds: [String] { modules.flatMap(\.permissionKinds).map(\.name) }

    /// A state with the modules, for one run; without `work` its functions do nothing.
    func makeExecution(
        _ run: RunRecord,
        _ mode: RunMode,
        arguments: LuaValue = .record([:]),
        work: RunWork? = nil,
        sources: [String: ScriptSource] = [:],
        loading: LoadWatch = LoadWatch(),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunExecution {
        let printer = Printer()
        let state = try makeState(seed: run.seed, printer)
        let context = RunContext(
            run,
            mode: mode,
            arguments: arguments,
            environment: environment,
            state: state,
            limits: limits,
            names: names,
            loading: loading,
            work: work,
            observe: observe
        )
        printer.context = context
        try await equip(state, for: context, sources)
        return RunExecution(context: context, state: state, kinds: ownKinds)
    }

    /// Another state for a run, whose first one is at its end.
    func renewState(of context: RunContext) async throws -> LuaState {
        let printer = Printer()
        printer.context = context
        let state = try makeState(seed: context.seed, printer)
        try await equip(state, for: context, [:])
        context.functions.replace(state)
        return state
    }

    /// A state without modules; what is printed there goes to the printer's run.
    private func makeState(seed: Int64, _ printer: Printer) throws -> LuaState {
        try LuaState(
            executor: executor,
            limits: limits,
            seed: seed,
            notesLines: environment.noteLines != nil,
            output: { printer.print($0.lossyText) }
        )
    }

    /// Gives a state the modules.
    private func equip(_ state: LuaState, for context: RunContext, _ sources: [String: ScriptSource])
        async throws
    {
        for module in modules { try await state.add(try module.bound(to: context)) }
        for function in globalFunctions { try await state.add(function.bound(to: context, module: nil)) }
        let known = modules.map(\.name)
        try await state.setModuleResolver { name in
            let required = RequiredSource(name: name, run: context)
            if let source = try await required.source(kept: sources) { return source }
            throw ModuleNotFound(
                name: name,
                places: context.environment.modulePlaces?(name) ?? [],
                known: known
            )
        }
    }
}

/// A run under way: its script's state, and what its host functions share.
struct RunExecution: Sendable {
    let context: RunContext
    let state: LuaState
    /// The modules' own kinds of permission.
    let kinds: [String]
}
