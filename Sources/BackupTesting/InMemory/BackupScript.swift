public import BackupAPI

/// What a backup, a restore or a cleanup of the in-memory service does, step by step.
///
/// A script runs as far as it can at once, and stands still only at `.wait` and `.untilWatched`. So a test decides
/// when a backup moves, and nothing ever depends on time.
public struct BackupScript: Sendable {
    /// One thing that a backup does.
    public enum Step: Sendable {
        /// Stands still until the gate is open.
        case wait(Gate)
        /// Stands still until the gate is open that is made when the script comes here.
        case waitFor(@Sendable () -> Gate)
        /// Stands still until someone asks for the record or the updates after the start; whoever asked for the
        /// updates gets all that follow.
        case untilWatched
        /// Stands still until it is stopped.
        case untilStopped
        /// Goes into a state that is not final; `in_progress` sets the time of the start.
        case state(ActivityState)
        /// Is so far, and in progress.
        case progress(BackupProgress)
        /// Breaks off all updates with this error; the backup itself goes on.
        case breakUpdates(BackupError)
        /// Ends; later steps do not happen.
        case end(BackupEnd)
    }

    /// What it does. A script without an end runs until it is stopped.
    public var steps: [Step]
    /// The error of the start itself; then there is no backup at all.
    public var startError: BackupError?
    /// What keeps a stop waiting in `stop_requested`; `nil` stops at once.
    public var stopGate: Gate?

    /// Makes a script.
    public init(steps: [Step], startError: BackupError? = nil, stopGate: Gate? = nil) {
        self.steps = steps
        self.startError = startError
        self.stopGate = stopGate
    }

    /// Goes through the usual states once it is watched, and then ends so.
    public static func ending(
        _ end: BackupEnd,
        progress: [BackupProgress] = [.half]
    ) -> BackupScript {
        BackupScript(
            steps: [.untilWatched, .state(.queued), .state(.preparing), .state(.inProgress)]
                + progress.map(Step.progress) + [.end(end)]
        )
    }

    /// Ends with all done.
    public static let completes = ending(.completed)
    /// Ends with one file that could not be read.
    public static let completesWithErrors = ending(.completedWithErrors())
    /// Ends with nothing done.
    public static let fails = ending(.failed())
    /// Is in progress until it is stopped.
    public static let runsUntilStopped = BackupScript(steps: [.state(.inProgress), .untilStopped])

    /// Is in progress until the gate opens, then ends so.
    public static func waits(for gate: Gate, then end: BackupEnd = .completed) -> BackupScript {
        BackupScript(steps: [.state(.inProgress), .wait(gate), .end(end)])
    }

    /// Cannot be started.
    public static func refuses(_ error: BackupError) -> BackupScript {
        BackupScript(steps: [], startError: error)
    }
}

extension BackupProgress {
    /// Half of two files.
    public static let half = BackupProgress(
        filesDone: 1,
        totalFiles: 2,
        bytesDone: 512,
        totalBytes: 1_024,
        currentFiles: ["/srv/nightly/a"]
    )
}
