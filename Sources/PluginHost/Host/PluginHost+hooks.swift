import BackupAPI
import LuaKit
import RunJournal

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
            let hooks = try await inspector.load(source, allowance: 0, admittingHooks: true).hooks
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
