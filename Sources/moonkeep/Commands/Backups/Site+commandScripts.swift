import BackupAPI
import LuaKit
import PluginHost

extension Site {
    /// Runs a command's script, shows it, and returns what came of it; the caller ends the service.
    func run(
        _ script: CommandScript,
        _ arguments: LuaValue,
        on service: any BackupService,
        showing output: RunOutput,
        hasSummary: Bool = true
    ) async throws -> RunResult {
        let journal = try openJournal()
        let host = try makeHost(service, journal: journal).granting(script.grant)
        let result = try await output.show(on: host, hasSummary: hasSummary) { host, observe in
            try await host.run(script.source, arguments: arguments, observe: observe)
        }
        await deliverMessages(service, journal)
        return result
    }
}
