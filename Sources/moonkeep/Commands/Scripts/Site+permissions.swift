import ArgumentParser
import BackupAPI
import Foundation
import LuaKit
import PluginHost
import RunJournal

extension Site {
    /// The host for runs of a script: with what it was granted. A person at a terminal is asked for what was not; all else is
    /// refused.
    func host(_ host: PluginHost, for script: Script, mayAsk: Bool) throws -> PluginHost {
        guard !script.wants.isEmpty else { return host }
        try SiteTrust.check(granted: script.path)
        let missing = try grants.missing(script.wants, for: script.path)
        if !missing.isEmpty {
            guard mayAsk, QuestionPrompt.canAsk else {
                throw CommandError(refused: missing, to: script.source.name)
            }
            guard PermissionPrompt.ask(for: script, missing) else {
                throw CommandError("nothing was granted, and nothing done", status: ExitStatus.refused)
            }
            try grants.grant(script.wants, to: script.path)
        }
        return host.granting(script.grant)
    }

    /// The host for a plan: with what the script was granted of what it asks for.
    func planningHost(_ host: PluginHost, for script: Script) throws -> PluginHost {
        let missing = try grants.missing(script.wants, for: script.path)
        var grant = script.grant
        grant.needs.removeAll { need in missing.contains { $0.description == need } }
        return host.granting(grant)
    }

    /// The host that goes on with a run: what its script had been granted then has to be granted still.
    func host(_ host: PluginHost, for run: RunRecord, in journal: RunStore) async throws -> PluginHost {
        let noted = try await host.grant(of: run)
        let grant: ScriptGrant? = if let noted { noted } else { try await unnotedGrant(of: run, in: journal) }
        guard let grant else { return host }
        // Who typed the command wanted what it does.
        if CommandScript.named(grant.script) != nil { return host.granting(grant) }
        let needs = grant.needs.compactMap { Permission($0) }
        let missing = try grants.missing(needs, for: grant.script)
        guard missing.isEmpty else {
            throw CommandError(refused: missing, to: grant.script, run: run)
        }
        return host.granting(grant)
    }

    /// What a run needs that died before it could note it.
    private func unnotedGrant(of run: RunRecord, in journal: RunStore) async throws -> ScriptGrant? {
        let text = try await journal.script(run.scriptSHA256).text
        if let command = CommandScript.named(run.scriptName), command.text == text { return command.grant }
        let source = LuaSource(name: run.scriptName, text: text)
        let kind = try? await Self.makeInspector(of: self).inspect(source)
        guard case .workflow(let manifest)? = kind, !manifest.wants.isEmpty else { return nil }
        // A script beneath the site's folder is called by its path from there.
        let isInSite = FileManager.default.fileExists(atPath: path(run.scriptName))
        let file = Script.path(of: isInSite ? path(run.scriptName) : run.scriptName)
        return ScriptGrant(script: file, needs: manifest.wants.map(\.description))
    }
}

extension Script {
    /// All that it asks for, as if it were granted.
    var grant: ScriptGrant { ScriptGrant(script: path, needs: wants.map(\.description)) }
}

extension CommandError {
    /// A script asks for what it was not granted.
    init(refused missing: [Permission], to script: String, run: RunRecord? = nil) {
        let first =
            run.map { "run '\($0.id)' of '\(script)' cannot go on: it asks for" } ?? "'\(script)' asks for"
        self.init(
            "\(first) what it was not granted: \(missing.listText)",
            fix: "Grant it with 'moonkeep allow \(script)'.",
            status: ExitStatus.refused
        )
    }
}

extension [Permission] {
    /// Each with its words, in one line.
    var listText: String { map { "\($0) (\($0.words))" }.joined(separator: ", ") }
}

/// Asks the person at the terminal.
enum PermissionPrompt {
    /// Shows what a script asks for, in words, and asks; anything but yes is no.
    static func ask(for script: Script, _ missing: [Permission]) -> Bool {
        let console = Console.standardError
        console.writeLine("'\(script.source.name.printable)' asks for permissions:")
        for line in lines(script.wants, marking: missing) { console.writeLine(line) }
        console.write("Grant them? [y/N] ")
        let answer = readLine(strippingNewline: true)?.lowercased() ?? ""
        return answer == "y" || answer == "yes"
    }

    /// A line a permission, with its words; those that are new are marked.
    static func lines(_ needs: [Permission], marking new: [Permission] = []) -> [String] {
        let hasOld = new.count < needs.count && !new.isEmpty
        let rows = needs.map { need in
            ["  \(need)", need.words + (hasOld && new.contains(need) ? "  (new)" : "")]
        }
        return TextTable(columns: [], rows: rows).lines()
    }
}
