package import BackupAPI

/// How a cleanup ended.
package struct CleanupVerdict: RunVerdict {
    package var state: ActivityState
    package var reason = ""
    package var diagnostics = ""
    package var errorCount = 0
    package var items: [ErrorItem] { [] }
    package var exitCode: Int?
    /// The snapshots that were there before, and are not any more.
    var removed: [ResticSnapshot] = []
    /// The size of the repository; `nil` when it is not known.
    var bytesAfter: Int64?

    package init(state: ActivityState) {
        self.state = state
    }

    /// Decides how a cleanup ended.
    package init(_ evidence: BackupEvidence) {
        let code = evidence.exitCode ?? evidence.report.exitErrorCode
        if code == 0 {
            self.init(state: .completed)
        } else if evidence.wasStopRequested {
            self.init(state: .stopped)
        } else {
            self.init(
                failure: ResticFailure(exitCode: code, words: evidence.report.text, place: evidence.place)
            )
        }
        exitCode = code
    }

    /// Takes up what was not done that rules ask for, a sentence in each line; nothing for an empty text.
    mutating func warn(_ text: String) {
        let sentences = text.split(separator: "\n")
        guard !sentences.isEmpty else { return }
        (state, reason, errorCount) = (.completedWithErrors, "rules_keep_nothing", sentences.count)
        diagnostics = (sentences.map { $0 + "." } + [diagnostics]).filter { !$0.isEmpty }.joined(
            separator: " "
        )
    }
}
