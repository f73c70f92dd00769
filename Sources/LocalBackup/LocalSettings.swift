public import BackupAPI
package import HostSystem

/// What the local service needs to know; nothing is read from the process environment.
public struct LocalSettings: Sendable {
    /// The absolute path of the folder that holds catalog, locks and spool files. Created with mode 0700 when missing.
    public var stateFolder: String
    /// The repository as restic names it: a path, or an address such as `sftp:user@host:/path`. Created on first use.
    public var repository: String
    /// The path of the file that holds the repository's password.
    public var passwordFile: String
    /// restic's name, looked up in the `PATH` of `environment`, or its path.
    public var resticProgram: String
    /// The variables of the host program. Only those that restic and its back ends need are handed on.
    public var environment: [String: String]
    /// The configurations that can be started.
    public var configurations: [ConfigurationDraft]
    /// The most that restic may send, in KiB a second; `nil` for no limit.
    public var uploadLimit: Int?
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

    /// Makes settings.
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
        self.stateFolder = stateFolder
        self.repository = repository
        self.passwordFile = passwordFile
        self.resticProgram = resticProgram
        self.environment = environment
        self.configurations = configurations
        self.uploadLimit = uploadLimit
        self.hostName = hostName
        self.configurationFile = configurationFile
    }
}
