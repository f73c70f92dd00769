import LuaKit

extension RunExecution {
    /// What a script comes to once its file has run: a workflow's `run` is called with the arguments, the results of any
    /// other script are the file's.
    ///
    /// Throws `called_while_loading` when the file of a workflow has called a host function, and `bad_manifest` and
    /// `bad_arguments`.
    func runWorkflow(_ values: [LuaValue]) async throws -> [LuaValue] {
        context.loading.refuse(false)
        guard case .table(let table)? = values.first, case .function(let body)? = table.fields["run"] else {
            return values
        }
        if let call = context.loading.all.first {
            throw WorkflowError.calledWhileLoading(call.function, script: context.script)
        }
        let arguments = try Manifest(table, script: context.script, kinds: kinds).complete(context.arguments)
        return try await state.call(body, [arguments], randomStream: ScriptFunctions.stableHash("run"))
    }
}
