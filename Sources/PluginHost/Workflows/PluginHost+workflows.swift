public import LuaKit

extension PluginHost {
    /// The manifest of a workflow; `nil` for a file that is none.
    ///
    /// Unlike ``inspect(_:)`` it does not take a workflow for a plain script that cannot be loaded: it throws why a file cannot
    /// that is written as one, or that is no Lua.
    public func workflow(_ source: LuaSource) async throws -> Manifest? {
        let loaded = try await load(source, allowance: 0)
        let isWorkflow = ManifestPlaces([ScriptToken](source: source.bytes)).isWorkflow
        if let call = loaded.calls.first {
            guard isWorkflow else { return nil }
            throw WorkflowError.calledWhileLoading(call.function, script: source.name)
        }
        if let failure = loaded.failure {
            guard isWorkflow || failure.code == .syntax else { return nil }
            throw RunFailure(failure, globals: modules.map(\.name) + LuaState.globalNames)
        }
        guard case .table(let table)? = loaded.values.first else { return nil }
        guard loaded.workflow == nil else { return try Manifest(table, script: source.name) }
        guard isWorkflow || table.fields["schedule"] != nil else { return nil }
        throw WorkflowError.noRunFunction(script: source.name)
    }
}
