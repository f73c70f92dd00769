import BackupAPI
import LuaKit
import RunJournal
import Synchronization

extension PluginHost {
    /// What calls the hooks of a run that begins: those that the site has now, whose sources are kept with the run.
    func beginHooks(of run: RunRecord, for claim: RunClaim) async throws -> HookCaller {
        let plugins = await environment.hookPlugins?() ?? []
        let used = plugins.filter { !$0.hooks.isEmpty }
        for plugin in used {
            let source = ScriptSource(plugin.source, firstSeen: environment.now())
            try await journal.keep(source, as: plugin.keptName, for: claim)
        }
        return HookCaller(used, for: run, host: self, problems: Self.problems(of: plugins))
    }

    /// What calls the hooks of a run that goes on: those that it began with, with what their plugins may do now.
    func resumeHooks(of run: RunRecord, kept: [String: ScriptSource]) async throws -> HookCaller {
        let known = kept.filter { $0.key.hasPrefix(HookPlugin.keptPrefix) }
        let now = await environment.hookPlugins?() ?? []
        let problems = Self.problems(of: now)
        guard !known.isEmpty else { return HookCaller([], for: run, host: self, problems: problems) }
        var plugins: [HookPlugin] = []
        for (key, kept) in known {
            let name = String(key.dropFirst(HookPlugin.keptPrefix.count))
            let source = LuaSource(name: kept.name, text: kept.text)
            let permissions = now.first { $0.name == name }?.permissions ?? .standard
            let hooks = try await load(source, allowance: 0, admittingHooks: true).hooks
            plugins.append(HookPlugin(name: name, source: source, permissions: permissions, hooks: hooks))
        }
        return HookCaller(plugins, for: run, host: self, problems: problems)
    }

    private static func problems(of plugins: [HookPlugin]) -> [String] {
        plugins.compactMap { plugin in
            plugin.problem.map { "the plugin '\(plugin.name.printable)' cannot be used: \($0.printable)" }
        }
    }
}

extension RunContext {
    /// Sets what calls the run's hooks.
    func use(_ hooks: HookCaller) {
        memory.withLock { $0.hooks = hooks }
        guard !hooks.problems.isEmpty else { return }
        for problem in hooks.problems { observe(.log(.warn, problem, fields: .record([:]))) }
        noteHookFailure(.warning, hooks.problems.joined(separator: "; "))
    }

    /// Notes a hook that is called: the run stops with all of them.
    func noteHook(_ hook: RunContext) {
        memory.withLock { $0.calledHooks[ObjectIdentifier(hook)] = hook }
    }

    func dropHook(_ hook: RunContext) {
        memory.withLock { _ = $0.calledHooks.removeValue(forKey: ObjectIdentifier(hook)) }
    }

    /// Throws when the run is not this host's any more, or stops with it: not when it is only parked, of which hooks are told.
    func checkStopped() throws {
        switch haltReason {
        case .claimLost, .interrupted, .journal: try checkHalt()
        case nil, .parked, .mismatch: break
        }
    }
}
