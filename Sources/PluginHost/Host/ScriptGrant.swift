import BackupAPI
import Foundation
public import RunJournal

/// What a person has granted to a script; its runs note it, and need it still when they are taken up again.
public struct ScriptGrant: Hashable, Codable, Sendable {
    /// The script's path.
    public var script: String
    /// The permissions, as the manifest writes them.
    public var needs: [String]

    /// Makes a grant.
    public init(script: String, needs: [String]) {
        self.script = script
        self.needs = needs
    }

    static let noteKind = "granted"

    /// What a run may do that has it: this beside what every script may do.
    var permissions: Permissions {
        Permissions(
            Permissions.standard.granted.union(
                needs.compactMap { Permission($0, others: [Permission.parts(of: $0).kind]) }
            )
        )
    }
}

extension PluginHost {
    /// The same host for runs of a script that was granted something; they note it.
    public func granting(_ grant: ScriptGrant) -> PluginHost {
        var copy = self
        copy.environment.permissions = grant.permissions
        copy.grant = grant
        return copy
    }

    /// What a run's script had been granted when it last began or went on; `nil` where it noted nothing.
    public func grant(of run: RunRecord) async throws -> ScriptGrant? {
        let notes = try await journal.notes(of: run.id).filter { $0.kind == ScriptGrant.noteKind }
        return try notes.last.map {
            try JSONDecoder().decode(ScriptGrant.self, from: Data($0.message.utf8))
        }
    }

    /// Notes with a run what it was granted.
    func noteGrant(for claim: RunClaim) async throws {
        guard let grant else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(grant), as: UTF8.self)
        let note = RunNote(
            time: environment.now().microseconds,
            kind: ScriptGrant.noteKind,
            message: text
        )
        try await journal.note(note, for: claim)
    }
}
