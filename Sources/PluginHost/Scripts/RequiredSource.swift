import LuaKit
import RunJournal

/// A module that a run's script requires.
struct RequiredSource {
    let name: String
    let run: RunContext

    /// The source: the one that the script got the first time, be it in an earlier life.
    ///
    /// Throws `permission_denied` where the script may not do all that the module asks for.
    func source(kept: [String: ScriptSource]) async throws -> LuaSource? {
        try await keepSettings(kept)
        if let source = kept[name] { return LuaSource(name: source.name, text: source.text) }
        guard let module = try await run.environment.resolveModule?(name) else { return nil }
        // A file that is only loaded says what it needs when it has been.
        if run.mode != .load, let missing = module.needs.first(where: { !run.permissions.allow($0) }) {
            throw PermissionDenied(permission: missing, script: run.script, plugin: name)
        }
        if run.mode == .live {
            let source = ScriptSource(module.source, firstSeen: run.environment.now())
            let writer = try run.steps.writer
            try await writer.asking { () async throws(JournalError) in
                try await writer.journal.keep(source, as: name, for: writer.lease.claim)
            }
        }
        return module.source
    }

    /// Keeps the settings of the plugin to which the module belongs, as the run found them the first time.
    private func keepSettings(_ kept: [String: ScriptSource]) async throws {
        let plugin = name.split(separator: ".").first.map(String.init) ?? name
        let settings = PluginSettings.of(run)
        guard !settings.knows(plugin) else { return }
        let keptName = PluginSettings.keptName(plugin)
        if let source = kept[keptName] {
            return settings.note(try JournalText.decode(source.text), of: plugin)
        }
        // What the run required before it could keep settings had none.
        let values: LuaValue = kept[name] == nil ? run.environment.pluginSettings?(plugin) ?? .nil : .nil
        settings.note(values, of: plugin)
        guard values != .nil, run.mode == .live else { return }
        let source = ScriptSource(
            LuaSource(name: keptName, text: JournalText.encode(values)),
            firstSeen: run.environment.now()
        )
        let writer = try run.steps.writer
        try await writer.asking { () async throws(JournalError) in
            try await writer.journal.keep(source, as: keptName, for: writer.lease.claim)
        }
    }
}
