public import BackupAPI

/// How a backup of the in-memory service ends.
public struct BackupEnd: Hashable, Sendable {
    /// One of the final states.
    public var state: ActivityState
    /// The cause for machines; empty when nothing went wrong.
    public var reason: String
    /// The cause for people; empty when nothing went wrong.
    public var diagnostics: String
    /// The files that could not be processed.
    public var errors: [ErrorItem]
    /// What a backup says that it has done; `nil` for the samples' figures.
    public var figures: BackupFigures?

    /// Makes an end.
    public init(
        state: ActivityState,
        reason: String = "",
        diagnostics: String = "",
        errors: [ErrorItem] = [],
        figures: BackupFigures? = nil
    ) {
        self.state = state
        self.reason = reason
        self.diagnostics = diagnostics
        self.errors = errors
        self.figures = figures
    }

    /// All was done.
    public static let completed = BackupEnd(state: .completed)
    /// It was stopped on request.
    public static let stopped = BackupEnd(state: .stopped)

    /// Some files could not be processed.
    public static func completedWithErrors(
        paths: [String] = ["/srv/nightly/locked"]
    ) -> BackupEnd {
        BackupEnd(
            state: .completedWithErrors,
            reason: "unable_to_process_some_files",
            diagnostics: "\(paths.count) of the files could not be read",
            errors: paths.enumerated().map { index, path in
                ErrorItem(
                    index: index,
                    path: path,
                    type: "file_or_folder_missing",
                    description: "vanished between search and copy"
                )
            }
        )
    }

    /// Nothing could be done.
    public static func failed(
        reason: String = "unable_to_read_source",
        diagnostics: String = "the source cannot be read"
    ) -> BackupEnd {
        BackupEnd(state: .failed, reason: reason, diagnostics: diagnostics)
    }
}
