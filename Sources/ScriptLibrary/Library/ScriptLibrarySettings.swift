/// What a library takes from its surroundings.
public struct ScriptLibrarySettings: Sendable {
    /// Where secrets come from.
    public var secrets: SecretsSettings
    /// The host's variables. Programs get `PATH`, `LANG`, `HOME` and `TZ` of them, and programs are looked for in `PATH`.
    public var variables: [String: String]
    /// The folder in which runs have their temporary folders; made when it is needed.
    public var temporaryFolder: String
    /// What answers instead of servers and programs; `nil` where those do.
    public var outside: (any OutsideDouble)?

    /// Makes settings.
    public init(
        secrets: SecretsSettings = SecretsSettings(),
        variables: [String: String],
        temporaryFolder: String,
        outside: (any OutsideDouble)? = nil
    ) {
        self.secrets = secrets
        self.variables = variables
        self.temporaryFolder = temporaryFolder
        self.outside = outside
    }
}
