public import LuaKit

/// Loads scripts, and says what they are and what is wrong with them. Nothing is done and nothing recorded: it has neither a
/// back end nor a journal.
public struct ScriptInspector: Sendable {
    var loader: ScriptLoader

    /// Makes an inspector for scripts that find these modules.
    public init(
        executor: LuaExecutor,
        environment: HostEnvironment,
        limits: LuaLimits = LuaLimits(),
        modules: [Module]
    ) {
        loader = ScriptLoader(
            executor: executor,
            environment: environment,
            limits: limits,
            modules: modules.merged(),
            globalFunctions: []
        )
    }

    init(_ loader: ScriptLoader) {
        self.loader = loader
    }

    /// The modules that scripts find.
    public var modules: [Module] { loader.modules }
}
