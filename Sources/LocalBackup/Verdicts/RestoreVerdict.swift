package import BackupAPI

/// How a restore ended.
package struct RestoreVerdict: RunVerdict, Equatable {
    package var state: ActivityState
    package var reason = ""
    package var diagnostics = ""
    package var errorCount = 0
    package var items: [ErrorItem] = []
    package var exitCode: Int?
    package var filesRestored = 0
    package var bytesRestored: Int64 = 0
    /// The files that were there already, and stayed as they were.
    package var filesKept = 0

    package init(state: ActivityState) {
        self.state = state
    }

    /// Decides how restic's own part of a restore ended.
    ///
    /// restic fails when one file fails, and goes on with the others; so a failure that comes with files is one of those
    /// files only.
    package init(_ evidence: BackupEvidence) {
        let report = evidence.report
        let code = evidence.exitCode ?? report.exitErrorCode
        if code == 0 || code != nil && !report.fileErrors.isEmpty && !evidence.wasStopRequested {
            self.init(state: report.fileErrors.isEmpty ? .completed : .completedWithErrors)
        } else if evidence.wasStopRequested {
            self.init(state: .stopped)
        } else {
            // What restic says first is what it will do, not what went wrong.
            let words = report.text.filter { !$0.hasPrefix("restoring <Snapshot") }
            self.init(failure: ResticFailure(exitCode: code, words: words, place: evidence.place))
        }
        items = report.fileErrors.enumerated().map { index, error in
            ErrorItem(index: index, path: error.path, type: "unable_to_restore", description: error.message)
        }
        errorCount = max(errorCount, report.fileErrorCount)
        exitCode = code
    }

    /// Whether restic has gone through all of it.
    var isThrough: Bool { state == .completed || state == .completedWithErrors }

    /// Adds errors and says what all of them mean; a restore that wrote nothing for them has failed.
    mutating func conclude(with more: [ErrorItem]) {
        errorCount += more.count
        items += more
        for index in items.indices { items[index].index = index }
        guard isThrough else { return }
        if filesKept > 0 {
            diagnostics =
                (filesKept == 1 ? "1 file was" : "\(filesKept) files were") + " there already and "
                + (filesKept == 1 ? "was" : "were")
                + " kept. To replace what is there, restore with 'overwrite_files' "
                + "('moonkeep restore --overwrite')."
        }
        guard errorCount > 0 else { return }
        state = filesRestored + filesKept > 0 ? .completedWithErrors : .failed
        reason = "unable_to_process_some_files"
        let kept = diagnostics.isEmpty ? "" : ". \(diagnostics)"
        diagnostics = Self.sentence(errorCount, items, couldNotBe: "restored") + kept
    }
}

extension ResticFileError {
    /// Whether only a property of the file failed, so that its content is whole.
    var isOfMetadata: Bool {
        ["xattr", "lchown", "utimes", "chmod", "acl"].contains { message.lowercased().contains($0) }
    }
}
