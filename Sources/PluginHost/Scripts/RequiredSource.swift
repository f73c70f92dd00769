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
}
