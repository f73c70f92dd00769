import LuaKit
import RunJournal

extension RunContext {
    /// The source of a module that the script requires: the one that it got the first time, be it in an earlier life.
    func source(ofModule name: String, kept: [String: ScriptSource]) async throws -> LuaSource? {
        if let source = kept[name] { return LuaSource(name: source.name, text: source.text) }
        guard let source = try await environment.resolveModule?(name) else { return nil }
        if mode == .live {
            let kept = ScriptSource(source, firstSeen: environment.now())
            try await asking { () async throws(JournalError) in
                try await journal.keep(kept, as: name, for: lease.claim)
            }
        }
        return source
    }
}
