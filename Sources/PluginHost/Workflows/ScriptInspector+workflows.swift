public import LuaKit

extension ScriptInspector {
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
            throw RunFailure(failure, names: loader.names)
        }
        guard case .table(let table)? = loaded.values.first else { return nil }
        guard loaded.workflow == nil else {
            return try Manifest(table, script: source.name, kinds: loader.ownKinds)
        }
        guard isWorkflow || table.fields["schedule"] != nil else { return nil }
        throw WorkflowError.noRunFunction(script: source.name)
    }

    /// What sees the calls of a file while it is loaded, and refuses those of a workflow's.
    ///
    /// Whether a file is one that is not written out as such is found out by loading it, where calls answer nil.
    func watch(_ source: LuaSource) async throws -> LoadWatch {
        let watch = LoadWatch(endsRun: false)
        let tokens = [ScriptToken](source: source.bytes)
        guard !ManifestPlaces(tokens).isWorkflow else {
            watch.refuse(true)
            return watch
        }
        guard tokens.setRun else { return watch }
        let loaded = try await load(source, allowance: Self.mostCalls)
        watch.refuse(loaded.workflow != nil && !loaded.calls.isEmpty)
        return watch
    }
}

extension [ScriptToken] {
    /// Whether something called `run` is set, so that the file may return a workflow.
    fileprivate var setRun: Bool {
        indices.contains { index in
            guard self[index].text == "run" else { return false }
            if self[index].kind == .string { return true }
            let isFunction = index >= 3 && self[index - 3].is("function")
            return isFunction || index + 1 < count && self[index + 1].is("=")
        }
    }
}

extension [ScriptToken] {
    /// Whether the file may return something: what its functions return does not count.
    var mayReturn: Bool {
        /// The blocks that are open, and whether each is that of a function.
        var blocks: [Bool] = []
        return contains { token in
            guard token.kind == .keyword else { return false }
            switch token.text {
            case "function": blocks.append(true)
            case "if", "do", "repeat": blocks.append(false)
            case "end", "until": _ = blocks.popLast()
            case "return": return !blocks.contains(true)
            default: break
            }
            return false
        }
    }
}
