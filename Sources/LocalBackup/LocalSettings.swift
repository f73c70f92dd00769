public import BackupAPI
package import HostSystem

/// What the local service needs to know; nothing is read from the process environment.
public struct LocalSettings: Sendable {
    /// The absolute path of the folder that holds catalog, locks and spool files. Created with mode 0700 when missing.
    public var stateFolder: String
    /// Where backups go, at least one place. A configuration that names none means the first.
    public var repositories: [RepositorySettings]
    /// restic's name, looked up in the `PATH` of `environment`, or its path.
    public var resticProgram: String
    /// The variables of the host program. Only those that restic and its back ends need are handed on, and those that a
    /// repository inherits.
    public var environment: [String: String]
    /// The configurations that can be started.
    public var configurations: [ConfigurationDraft]
    /// What a secret's name stands for in the environment of restic and of programs whose output is backed up; throws where
    /// there is none. Asked each time that one starts.
    public var secret: @Sendable (_ name: String) async throws -> String = { name in
        throw BackupError(
            .invalidConfiguration,
            "there is no secret '\(name)': the service has no place for secrets"
        )
    }
    /// The most backups that run at one time, of all processes that use the state folder together; the others wait in the
    /// order of their starts. At least 1.
    public var parallel = 4
    /// When configurations are cleaned up that do not say it themselves.
    public var cleanup = CleanupTime.never
    /// The host's name in snapshots; `nil` leaves it to restic.
    public var hostName: String?
    /// The file that the configurations stand in, for messages; `nil` when they stand in none.
    public var configurationFile: String?
    /// How long events can be read.
    package var eventLifetime = Duration.seconds(86_400)
    /// How long a run whose restic was killed waits before it is done again; a host that is stopped too is gone by then.
    package var killPatience = Duration.seconds(3)
    /// What tells of changes in files.
    package var folderWatch = FolderWatch.shared
    /// How a running restic is stopped, step by step.
    package var stopSteps: [StopStep] = StopStep.patient

    /// Makes settings with one repository, whose password is in a file. `uploadLimit` is in KiB a second.
    public init(
        stateFolder: String,
        repository: String,
        passwordFile: String,
        resticProgram: String = "restic",
        environment: [String: String] = [:],
        configurations: [ConfigurationDraft] = [],
        uploadLimit: Int? = nil,
        hostName: String? = nil,
        configurationFile: String? = nil
    ) {
        var main = RepositorySettings(address: repository, password: .file(passwordFile))
        main.uploadLimit = uploadLimit
        self.init(
            stateFolder: stateFolder,
            repositories: [main],
            resticProgram: resticProgram,
            environment: environment,
            configurations: configurations,
            hostName: hostName,
            configurationFile: configurationFile
        )
    }

    /// Makes settings.
    public init(
        stateFolder: String,
        repositories: [RepositorySettings],
        resticProgram: String = "restic",
        environment: [String: String] = [:],
        configurations: [ConfigurationDraft] = [],
        hostName: String? = nil,
        configurationFile: String? = nil
    ) {
        self.stateFolder = stateFolder
        self.repositories = repositories
        self.resticProgram = resticProgram
        self.environment = environment
        self.configurations = configurations
        self.hostName = hostName
        self.configurationFile = configurationFile
    }
}
