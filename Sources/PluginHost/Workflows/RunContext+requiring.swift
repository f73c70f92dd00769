import BackupAPI
import LuaKit
import RunJournal

extension RunContext {
    /// The source of a module that the script requires: the one that the run has required before, or else the host's.
    ///
    /// A run keeps what it requires before it runs it, and is resumed on that.
    func module(_ name: String) async throws -> LuaSource? {
        if let source = requiredModules[name] { return LuaSource(name: source.name, text: source.text) }
        guard let source = try await environment.resolveModule?(name) else { return nil }
        if mode == .live {
            let kept = ScriptSource(source, firstSeen: environment.now())
            try await journal.keep(kept, as: name, for: lease.claim)
        }
        return source
    }
}
