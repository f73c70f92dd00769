import Foundation
public import PluginHost

/// The modules that scripts reach the world with: `http`, `shell`, `fs` and `secrets`.
///
/// One for a process: it keeps connections open, and knows the secrets that must not be written down. Hand ``modules`` to
/// `PluginHost` as `extraModules`, and call ``shutDown()`` at the end.
public final class ScriptLibrary: Sendable {
    let settings: ScriptLibrarySettings
    let keeper: SecretKeeper
    let temporary: TemporaryFolders
    let client: WebClient

    /// Makes a library. The process ignores SIGPIPE from then on, unless it handles it: a script's program that stops reading
    /// would end it.
    public init(_ settings: ScriptLibrarySettings) {
        if let handler = signal(SIGPIPE, SIG_IGN) { signal(SIGPIPE, handler) }
        self.settings = settings
        client = WebClient(double: settings.outside)
        keeper = SecretKeeper(settings.secrets)
        temporary = TemporaryFolders(base: settings.temporaryFolder)
    }

    /// The modules, for `PluginHost`.
    public var modules: [Module] { [httpModule, shellModule, filesModule, secretsModule] }

    /// Closes the connections. What scripts ask for afterwards fails; a second call does nothing.
    public func shutDown() async throws {
        try await client.shutDown()
    }
}
