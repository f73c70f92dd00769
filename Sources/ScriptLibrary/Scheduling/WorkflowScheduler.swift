import HostSystem
public import BackupAPI
public import PluginHost
public import RunJournal
import Schedules

/// Runs the workflows of a site when their schedules are due.
///
/// - A slot is recorded in the journal with the run that begins at it, so that no slot runs twice, neither after a crash nor
///   with two schedulers.
/// - Slots that passed while nobody looked after a schedule: the newest one runs late if it is no older than the schedule's
///   catch-up window; the others are recorded as missed. What is less than a minute late is in time.
/// - A slot that is due while the last run goes on is skipped, waits or runs, as the schedule says. A run that is parked or
///   was interrupted does not go on. Of slots that wait the newest one runs.
/// - Files are looked at in every `interval`: what changed counts for the next run, and a run that is under way keeps its text.
///   A workflow that cannot be loaded any more is not scheduled until it can.
/// - A workflow that was not granted what it asks for does not run, and its slots are recorded as failed.
public actor WorkflowScheduler<Time: Clock> where Time.Duration == Duration {
    let catalogue: WorkflowCatalogue
    let plugins: PluginCatalogue?
    let host: PluginHost
    let journal: RunStore
    let runs: RunningRuns
    let permit: @Sendable (ScheduledWorkflow) throws -> ScriptGrant?
    let settings: WorkflowSchedulerSettings
    private let clock: Time
    let now: @Sendable () -> Timestamp
    let tell: @Sendable (WorkflowNews) -> Void

    var followed: [String: FollowedWorkflow] = [:]
    /// What is wrong with files that cannot be loaded.
    var problems: [String: String] = [:]
    /// The files as they were read; `nil` before the first look.
    var stamps: [String: FileStamp]?
    /// What was told of plugins.
    var pluginProblems: [String: [String]] = [:]
    /// What was told of schedules that cannot be followed.
    var failures: [String: String] = [:]

    /// Makes a scheduler.
    ///
    /// `permit` returns what a workflow was granted, `nil` where it asks for nothing, and throws what a person should read
    /// where it may not run. `clock` is what the scheduler sleeps by, and `now` the time of day that schedules are compared
    /// with. `tell` gets the news, in order for each workflow.
    public init(
        _ catalogue: WorkflowCatalogue,
        plugins: PluginCatalogue? = nil,
        host: PluginHost,
        journal: RunStore,
        runs: RunningRuns,
        settings: WorkflowSchedulerSettings,
        clock: Time = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp,
        permit: @escaping @Sendable (ScheduledWorkflow) throws -> ScriptGrant?,
        tell: @escaping @Sendable (WorkflowNews) -> Void
    ) {
        self.catalogue = catalogue
        self.plugins = plugins
        self.host = host
        self.journal = journal
        self.runs = runs
        self.settings = settings
        self.clock = clock
        self.now = now
        self.permit = permit
        self.tell = tell
    }

    /// Looks after the schedules until the task is cancelled; then throws `CancellationError`. Runs that are under way then go
    /// on in their ``RunningRuns``.
    public func run() async throws {
        try await Rounds(every: settings.interval, clock: clock, now: now).run {
            try await pass()
            let now = now()
            return followed.values.compactMap(\.nextStart).filter { $0 > now }.min()
        }
    }

    /// Looks at the files, and deals with every slot that is due now.
    package func pass() async throws {
        try await reload()
        for name in followed.keys.sorted() {
            guard var workflow = followed[name] else { continue }
            do {
                try await settle(&workflow)
                failures[name] = nil
            } catch {
                try Task.checkCancellation()
                noteFailure(of: name, error)
            }
            followed[name] = workflow
        }
    }

    /// Tells once what keeps a schedule from being followed; it is tried again.
    func noteFailure(of name: String, _ error: any Error) {
        let problem = "\(error)"
        guard failures.updateValue(problem, forKey: name) != problem else { return }
        tell(.failed(name, problem: problem))
    }
}

/// How a scheduler of workflows works.
public struct WorkflowSchedulerSettings: Sendable {
    /// What tells the site from others, so that not all of them begin at the same moment where a schedule has jitter.
    public var seed: String
    /// How often the files are looked at, and what could not be done is tried again.
    public var interval: Duration
    /// What is no later than that is in time.
    public var grace: Duration

    /// Makes settings.
    public init(
        seed: String,
        interval: Duration = .seconds(2),
        grace: Duration = .seconds(60)
    ) {
        self.seed = seed
        self.interval = interval
        self.grace = grace
    }
}
