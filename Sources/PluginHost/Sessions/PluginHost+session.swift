import BackupAPI
import LuaKit
import RunJournal

extension PluginHost {
    /// Begins a run whose script is typed, line by line.
    ///
    /// It is a run like any other: it has an id, its steps are in the journal, it holds locks and shares the state of scripts.
    /// What it cannot do is go on after its host has died: resuming it only ends it. `observe` gets every piece of news, as in
    /// ``run(_:arguments:control:observe:)``. Throws when the run could not begin.
    public func openSession(
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunSession {
        var host = self
        host.environment.ask = environment.ask ?? RunSession.askingNobody
        return try await RunSession(host, host.begin(RunSession.source, observe: observe))
    }
}

extension RunSession {
    /// What the journal keeps as the script of a session: it runs when the session is resumed.
    static let source = LuaSource(
        name: "repl",
        text: """
            error("a session that was interrupted is over: what was typed is not kept", 0)
            """
    )

    /// What a question does where there is nobody: a session that was parked could not go on.
    static let askingNobody: @Sendable (Question) async throws -> String? = { _ in
        throw BackupError(.unsupported, "nobody can be asked: the session has no terminal")
    }
}

extension RunRecord {
    /// Whether it is the run of a session.
    var isSession: Bool {
        scriptSHA256 == SHA256.hexDigest(of: RunSession.source.bytes)
    }
}
