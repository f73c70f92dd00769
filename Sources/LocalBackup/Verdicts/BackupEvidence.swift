package import BackupAPI

/// All that is known of a run whose restic is gone; from it follows how the run ended.
package struct BackupEvidence: Sendable {
    /// The exit code that the launcher recorded; `nil` when both were killed.
    package var exitCode: Int?
    /// What restic said.
    package var report: ResticReport
    /// Whether someone asked for a stop.
    package var wasStopRequested: Bool
    /// The size of the same source before; `nil` when there is nothing to compare with.
    package var before: SourceSize?
    /// What was odd about the source before restic began.
    package var remarks: [SourceRemark]
    /// Where restic was working.
    package var place: ResticFailure.Place

    package init(
        exitCode: Int?,
        report: ResticReport,
        wasStopRequested: Bool = false,
        before: SourceSize? = nil,
        remarks: [SourceRemark] = [],
        place: ResticFailure.Place
    ) {
        self.exitCode = exitCode
        self.report = report
        self.wasStopRequested = wasStopRequested
        self.before = before
        self.remarks = remarks
        self.place = place
    }
}

/// How much there was to back up.
package struct SourceSize: Equatable, Sendable {
    package var files: Int
    package var bytes: Int64

    package init(files: Int, bytes: Int64) {
        self.files = files
        self.bytes = bytes
    }
}

/// How a backup ended.
package struct BackupVerdict: RunVerdict, Equatable {
    package var state: ActivityState
    package var reason = ""
    package var diagnostics = ""
    package var errorCount = 0
    package var items: [ErrorItem] = []
    /// What was done; `nil` when restic did not get that far.
    package var summary: ResticSummary?
    package var exitCode: Int?

    package init(state: ActivityState) {
        self.state = state
    }
}
