import BackupAPI
import Foundation
import PluginHost
import ScriptLibrary
import ScriptTesting
import Synchronization

/// The modules that scripts reach the world with. A site's are made once, and keep their connections as long as this
/// process lives.
enum Library {
    private static let made = Mutex<[String: ScriptLibrary]>([:])

    /// The modules beside those of every host; without a site they only describe themselves.
    static func modules(of site: Site?) -> [Module] {
        let folder = site?.path("state/temporary") ?? NSTemporaryDirectory() + "moonkeep"
        let library = made.withLock { made in
            let library = made[folder] ?? make(site, temporaryFolder: folder)
            made[folder] = library
            return library
        }
        return modules(library, temporaryFolder: folder, Notifiers(), now: Clocks.now)
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
        let (folder, notifiers) = (doubles.temporaryFolder, doubles.notifiers)
        return modules(library, temporaryFolder: folder, notifiers, now: doubles.now)
    }

    private static func modules(
        _ library: ScriptLibrary,
        temporaryFolder folder: String,
        _ notifiers: Notifiers,
        now: @escaping @Sendable () -> Timestamp
    ) -> [Module] {
        library.modules + [
            .backup, .restore(temporaryFolder: folder), .agent, .state, .time, .schedule, .yaml, .csv,
            .template,
            .notify(notifiers), .metrics(SiteMetrics(folder: nil, now: now)),
        ]
    }

    /// All modules that scripts of a site see.
    static func allModules(of site: Site?) -> [Module] {
        (PluginHost.standardModules + modules(of: site)).merged()
    }

    private static func make(_ site: Site?, temporaryFolder: String) -> ScriptLibrary {
        let variables = ProcessInfo.processInfo.environment
        var providers: [any SecretProvider] = []
        if let site { providers.append(SecretFiles(folder: site.path("secrets"))) }
        if let folder = variables["CREDENTIALS_DIRECTORY"] {
            providers.append(SecretCredentials(folder: folder))
        }
        return ScriptLibrary(
            ScriptLibrarySettings(
                secrets: SecretsSettings(providers: providers),
                variables: variables,
                temporaryFolder: temporaryFolder
            )
        )
    }
}
