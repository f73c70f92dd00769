import BackupAPI
import RunJournal

/// What does the work of a run that does some: the back end, the journal, and what that has of the run.
struct RunWork {
    let service: any BackupService
    let journal: RunStore
    var recorded: [StepRecord] = []
    /// A moment before the claim's lease was recorded.
    var leaseBegan = ContinuousClock.now

    /// What records the steps of a run.
    func recorder(
        of run: RunRecord,
        _ mode: RunMode,
        _ environment: HostEnvironment,
        _ permissions: RunPermissions,
        _ names: ScriptNames,
        _ stop: RunStop,
        tell: @escaping @Sendable (StepRecorder.News) -> Void
    ) -> StepRecorder {
        let lease = RunLease(
            RunClaim(run: run.id, fence: run.fence),
            journal: journal,
            length: environment.leaseLength,
            began: leaseBegan,
            isCancellationRequested: run.isCancellationRequested,
            now: environment.now
        )
        let positions = TaskPositions(run.id, recorded)
        return StepRecorder(
            positions,
            JournalWriter(journal, lease, stop, size: positions.recorded.size),
            service: service,
            environment: environment,
            permissions: permissions,
            mode: mode,
            names: names,
            tell: tell
        )
    }
}
