import Foundation
import PluginHost
import ScriptLibrary
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
        return library.modules + [
            .backup, .restore(temporaryFolder: folder), .agent, .state, .time, .schedule, .yaml, .csv, .template,
            .notify(Notifiers()), .metrics(SiteMetrics(folder: nil, now: Clocks.now)),
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
