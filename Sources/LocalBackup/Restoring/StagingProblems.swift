import BackupAPI
import HostSystem

/// What could not be brought from a staging folder to its place.
struct StagingProblems {
    private(set) var items: [ErrorItem] = []
    /// The files among it, those of folders that could not be placed included.
    private(set) var files = 0

    mutating func add(_ error: SystemError, at path: BytePath, files: Int = 0) {
        add("cannot be brought to its place: \(error.words)", at: path, files: files)
    }

    mutating func add(_ text: String, at path: BytePath, files: Int = 0) {
        self.files += files
        items.append(
            ErrorItem(index: items.count, path: path.text, type: "unable_to_write", description: text)
        )
    }
}
