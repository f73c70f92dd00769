import LuaKit

extension RunContext {
    /// What a script comes to once its file has run: a workflow's `run` is called with the arguments, the results of any
    /// other script are the file's.
    ///
    /// Throws `called_while_loading` when the file of a workflow has called a host function, and `bad_manifest` and
    /// `bad_arguments`.
    func runWorkflow(_ values: [LuaValue], in state: LuaState) async throws -> [LuaValue] {
        loading.refuse(false)
        guard case .table(let table)? = values.first, case .function(let body)? = table.fields["run"] else {
            return values
        }
        if let call = loading.all.first {
            throw WorkflowError.calledWhileLoading(call.function, script: script)
        }
        let arguments = try Manifest(table, script: script).complete(arguments)
        return try await state.call(body, [arguments], randomStream: Self.stableHash("run"))
    }
}
