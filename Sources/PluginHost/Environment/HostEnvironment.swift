public import BackupAPI
import HostSystem
public import LuaKit
public import RunJournal

/// What a host takes from its surroundings, so that tests can give it their own.
public struct HostEnvironment: Sendable {
    /// The time of day.
    public var now: @Sendable () -> Timestamp
    /// The clock that `task.sleep` and timeouts use.
    public var clock: any Clock<Duration>
    /// Makes the id of a run: unique, and ascending with time.
    public var makeID: @Sendable () -> String
    /// Makes the seed of a run.
    public var makeSeed: @Sendable () -> Int64
    /// This process.
    public var owner: RunOwner
    /// What scripts may do.
    public var permissions: Permissions
    /// How long a run belongs to this process after each sign of life. Another process may take it over afterwards.
    public var leaseLength: Duration
    /// How much time passes between two pieces of progress that a script is shown, at least; doubled after each 500.
    public var tickInterval: Duration
    /// How many steps one run may record.
    public var stepLimit: Int
    /// How many bytes the arguments and answers of the steps of one run may have.
    public var stepBytesLimit: Int
    /// Finds a module that a script requires; `nil` for one that there is not. Asked once for each module of a run, which is
    /// resumed on what was answered.
    public var resolveModule: (@Sendable (String) async throws -> RequiredModule?)?
    /// The files that a module of a name could be, as people know them; `nil` where no folder is looked into.
    public var modulePlaces: (@Sendable (String) -> [String])?
    /// The plugins that have hooks, as of now; `nil` for none. Asked when a run begins, which keeps their sources, and for
    /// what they may do when it goes on.
    public var hookPlugins: (@Sendable () async -> [HookPlugin])?
    /// Makes what gets the news of a run beside those who run it, in the same way; `nil` for nobody. Asked when a run begins
    /// or goes on.
    public var makeObserver: (@Sendable () -> @Sendable (RunEvent) -> Void)?
    /// The folder that `report.save` writes beneath; `nil` refuses to save.
    public var reportsFolder: String?
    /// What the site says to a plugin, a table by the names of its settings; `.nil` for nothing. `nil` has settings for none.
    public var pluginSettings: (@Sendable (_ plugin: String) -> LuaValue)?
    /// The name of this host, for the heads of reports, the same in every life of a run; empty leaves the heads out.
    public var hostName = ""
    /// The site's folder, for the heads of reports; empty where there is none.
    public var siteName = ""
    /// A moment as people here read it, by a pattern of `strftime`; in UTC where the host says nothing else.
    public var timeText: @Sendable (_ moment: Timestamp, _ pattern: String) -> String = { moment, pattern in
        LocalTime.universalText(ofSeconds: moment.second, pattern: pattern)
    }
    /// Where the tasks of a run are executed; `nil` where all tasks of the process are.
    public var taskExecutor: (any TaskExecutor)?
    /// Asks a person what a script wants to know, and returns one of the choices or the only beginning of one; `nil` where it
    /// finds nobody. Cancelling the task has to end it: somebody else has answered, the time is over, or the run has ended.
    /// What it throws is the script's error. `nil`: runs that ask are parked, or wait until they may take the default.
    public var ask: (@Sendable (Question) async throws -> String?)?
    /// Gets the lines that a run's scripts have run, by the script's name, at its end; `nil` does not note them, which makes
    /// scripts several times as slow.
    public var noteLines: (@Sendable ([String: Set<Int>]) -> Void)?

    /// Makes an environment.
    public init(
        now: @escaping @Sendable () -> Timestamp,
        clock: any Clock<Duration> = ContinuousClock(),
        makeID: @escaping @Sendable () -> String,
        makeSeed: @escaping @Sendable () -> Int64 = { Int64.random(in: .min ... .max) },
        owner: RunOwner,
        permissions: Permissions = .standard,
        leaseLength: Duration = .seconds(30),
        tickInterval: Duration = .seconds(1),
        stepLimit: Int = 50_000,
        stepBytesLimit: Int = 64 << 20,
        resolveModule: (@Sendable (String) async throws -> RequiredModule?)? = nil,
        modulePlaces: (@Sendable (String) -> [String])? = nil,
        reportsFolder: String? = nil,
        taskExecutor: (any TaskExecutor)? = nil,
        ask: (@Sendable (Question) async throws -> String?)? = nil,
        noteLines: (@Sendable ([String: Set<Int>]) -> Void)? = nil
    ) {
        self.now = now
        self.clock = clock
        self.makeID = makeID
        self.makeSeed = makeSeed
        self.owner = owner
        self.permissions = permissions
        self.leaseLength = leaseLength
        self.tickInterval = tickInterval
        self.stepLimit = stepLimit
        self.stepBytesLimit = stepBytesLimit
        self.resolveModule = resolveModule
        self.modulePlaces = modulePlaces
        self.reportsFolder = reportsFolder
        self.taskExecutor = taskExecutor
        self.ask = ask
        self.noteLines = noteLines
    }
}

extension HostEnvironment {
    /// What gets the news of a run that begins or goes on: who runs it, and those who get those of all runs.
    func observing(_ observe: @escaping @Sendable (RunEvent) -> Void) -> @Sendable (RunEvent) -> Void {
        guard let other = makeObserver?() else { return observe }
        return { event in
            observe(event)
            other(event)
        }
    }
}
