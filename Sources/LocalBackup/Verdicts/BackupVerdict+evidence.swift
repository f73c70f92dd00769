import BackupAPI

extension BackupVerdict {
    /// Decides how a backup ended. An exit code that is not known is a failure, as restic's manual asks for.
    ///
    /// A snapshot that was finished before a stop took effect counts: the stop lost the race.
    package init(_ evidence: BackupEvidence) {
        let report = evidence.report
        let code = evidence.exitCode ?? report.exitErrorCode ?? (report.summary == nil ? nil : 0)
        let items = Self.items(of: report)
        if let summary = report.summary, summary.snapshotID != nil, code == 0 || code == 3 {
            self.init(snapshot: summary, isPartial: code == 3, items: items, evidence: evidence)
        } else if let summary = report.summary, summary.isOfUnchangedSource, code == 0, items.isEmpty {
            self.init(state: .completed)
            diagnostics = "nothing has changed since the last backup, so that there is no new snapshot"
        } else if evidence.wasStopRequested {
            self.init(state: .stopped)
        } else if report.saysThatAllPathsAreMissing {
            self.init(failure: .noPathExists(report.missingPaths))
            self.items = items
            errorCount = max(1, items.count)
        } else {
            self.init(failure: ResticFailure(exitCode: code, words: report.text, place: evidence.place))
            self.items = items
            errorCount = max(1, report.errorCount)
        }
        self.summary = report.summary
        exitCode = code
    }

    private init(snapshot: ResticSummary, isPartial: Bool, items: [ErrorItem], evidence: BackupEvidence) {
        let count = evidence.report.errorCount
        if isPartial || count > 0 {
            self.init(state: .completedWithErrors)
            reason = "unable_to_process_some_files"
            diagnostics =
                count > 0
                ? Self.sentence(count, items, couldNotBe: "backed up")
                : "restic could not read all files, and did not say which"
            errorCount = max(1, count)
            self.items = items
        } else if let shrinkage = evidence.before?.shrinkage(to: snapshot) {
            self.init(state: .completedWithErrors)
            reason = "source_shrank"
            diagnostics = shrinkage
            errorCount = 1
        } else {
            self.init(state: .completed)
            note(evidence.remarks, of: snapshot)
        }
    }

    private static func items(of report: ResticReport) -> [ErrorItem] {
        let missing = report.missingPaths.enumerated().map { index, path in
            ErrorItem(index: index, path: path, type: "file_or_folder_missing", description: "does not exist")
        }
        return missing
            + report.fileErrors.enumerated().map { index, error in
                ErrorItem(
                    index: missing.count + index,
                    path: error.path,
                    type: error.kind,
                    description: error.message,
                    exception: error.number.map {
                        ErrorException(code: $0, description: error.message, details: "")
                    }
                )
            }
    }
}

extension ResticSummary {
    /// Whether restic has made no snapshot because it would be the last one once more (`--skip-if-unchanged`).
    fileprivate var isOfUnchangedSource: Bool {
        snapshotID == nil && !isDryRun && filesNew == 0 && filesChanged == 0
    }
}

extension ResticReport {
    fileprivate var errorCount: Int { fileErrorCount + missingPaths.count }

    fileprivate var saysThatAllPathsAreMissing: Bool {
        text.contains { $0.hasSuffix("all target directories/files do not exist") }
            || text.contains { $0.hasSuffix("all source directories/files do not exist") }
    }
}

extension ResticFailure {
    fileprivate static func noPathExists(_ paths: [String]) -> ResticFailure {
        let names = paths.map { "'\($0)'" }.joined(separator: ", ")
        let subject =
            paths.count == 1 ? "the path \(names) does not exist" : "none of these paths exists: \(names)"
        return ResticFailure(
            reason: "source_missing",
            diagnostics: "\(subject). Check the configuration's inclusions, and that their disk is mounted."
        )
    }
}

extension ResticFileError {
    fileprivate var kind: String {
        if number == 2 || message.hasSuffix("no such file or directory") { return "file_or_folder_missing" }
        if number == 13 || message.hasSuffix("permission denied") { return "permission_denied" }
        return "unable_to_read"
    }
}

extension SourceSize {
    /// Says how a source has become empty or lost half of its bytes, as an unmounted disk does; `nil` if it has not.
    fileprivate func shrinkage(to summary: ResticSummary) -> String? {
        let advice = "Check that everything is mounted and in its place."
        if files > 0, summary.filesProcessed == 0 {
            return "the source is empty, and had \(files) files (\(bytes) bytes) before. \(advice)"
        }
        guard summary.bytesProcessed < bytes / 2 || summary.filesProcessed < files / 2 else { return nil }
        return "the source has \(summary.bytesProcessed) bytes in \(summary.filesProcessed) files, "
            + "and had \(bytes) bytes in \(files) files before. \(advice)"
    }
}
