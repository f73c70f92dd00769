import BackupAPI
import Foundation
import PluginHost
import ScriptLibrary
import ScriptTesting
import Synchronization

/// The modules that scripts reach the world with. A site's are made once, and keep their connections and metrics as long as
/// this process lives.
enum Library {
    /// What is one for a site.
    private struct Parts {
        let library: ScriptLibrary
        let metrics: SiteMetrics
    }

    private static let made = Mutex<[String: Parts]>([:])

    /// The modules beside those of every host; without a site they only describe themselves. Messages go to `notifiers`.
    static func modules(of site: Site?, notifiers: Notifiers = Notifiers()) -> [Module] {
        let parts = parts(of: site)
        return modules(parts.library, temporaryFolder: temporaryFolder(of: site), notifiers, parts.metrics) {
            try await site?.send($0)
        }
    }

    /// The metrics of a site's runs.
    static func metrics(of site: Site) -> SiteMetrics { parts(of: site).metrics }

    private static func temporaryFolder(of site: Site?) -> String {
        site?.path("state/temporary") ?? NSTemporaryDirectory() + "moonkeep"
    }

    private static func parts(of site: Site?) -> Parts {
        let folder = temporaryFolder(of: site)
        return made.withLock { made in
            let parts =
                made[folder]
                ?? Parts(
                    library: make(site, temporaryFolder: folder),
                    metrics: SiteMetrics(folder: site?.file.metricsFolder, now: Clocks.now)
                )
            made[folder] = parts
            return parts
        }
    }

    /// The same modules for a script that is tested.
    static func modules(over doubles: ScriptDoubles) -> [Module] {
        let library = ScriptLibrary(
            ScriptLibrarySettings(
                secrets: doubles.secrets,
                variables: [:],
                temporaryFolder: doubles.temporaryFolder,
                outside: doubles.outside
            )
        )
        let metrics = SiteMetrics(folder: nil, now: doubles.now)
        return modules(
            library,
            temporaryFolder: doubles.temporaryFolder,
            doubles.notifiers,
            metrics,
            sendMail: doubles.sendMail
        )
    }

    private static func modules(
        _ library: ScriptLibrary,
        temporaryFolder folder: String,
        _ notifiers: Notifiers,
        _ metrics: SiteMetrics,
        sendMail: @escaping @Sendable (ScriptMail) async throws -> Void
    ) -> [Module] {
        library.modules + [
            .backup, .restore(temporaryFolder: folder), .agent, .state, .time, .schedule, .yaml, .csv,
            .template,
            .notify(notifiers), .mail(sendMail), .metrics(metrics),
        ]
    }

    /// All modules that scripts of a site see.
    static func allModules(of site: Site?) -> [Module] {
        (PluginHost.standardModules + modules(of: site)).merged()
    }

    private static func make(_ site: Site?, temporaryFolder: String) -> ScriptLibrary {
        ScriptLibrary(
            ScriptLibrarySettings(
                secrets: Site.secrets(of: site),
                variables: ProcessInfo.processInfo.environment,
                temporaryFolder: temporaryFolder
            )
        )
    }
}
