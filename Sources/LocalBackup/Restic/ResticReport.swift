/// All that one restic run said, gathered line by line; bounded whatever restic writes.
package struct ResticReport: Equatable, Sendable {
    private static let mostFileErrors = 1_000
    private static let mostTextLines = 20

    /// What the backup has done; `nil` when it did not get that far.
    package private(set) var summary: ResticSummary?
    /// The first thousand files that could not be read, each once.
    package private(set) var fileErrors: [ResticFileError] = []
    /// How many files could not be read, the unlisted ones included.
    package private(set) var fileErrorCount = 0
    /// The paths of the command line that do not exist.
    package private(set) var missingPaths: [String] = []
    /// The code in the `exit_error` line; `nil` before 0.18.
    package private(set) var exitErrorCode: Int?
    /// The last lines that are for people, the `exit_error` included.
    package private(set) var text: [String] = []

    private var failedPaths: Set<String> = []

    package init() {}

    /// Adds a line.
    package mutating func add(_ message: ResticMessage) {
        switch message {
        case .summary(let summary): self.summary = summary
        case .fileError(let error): add(error)
        case .exitError(let code, let message):
            exitErrorCode = code
            for line in message.split(separator: "\n") { addText(String(line)) }
        case .text(let line): addText(line)
        case .status, .version, .other: break
        }
    }

    /// restic since 0.17 tells of one file twice: at the scan and at the archival.
    private mutating func add(_ error: ResticFileError) {
        guard fileErrors.count < Self.mostFileErrors else {
            fileErrorCount += failedPaths.contains(error.path) ? 0 : 1
            return
        }
        guard failedPaths.insert(error.path).inserted else { return }
        fileErrorCount += 1
        fileErrors.append(error)
    }

    private mutating func addText(_ line: String) {
        // A restore of restic before 0.17.
        if line.hasPrefix("ignoring error for "), let error = ResticFileError(ignored: line) {
            return add(error)
        }
        let missing = " does not exist, skipping"
        if line.hasSuffix(missing) {
            missingPaths.append(String(line.dropLast(missing.count)))
            return
        }
        text.append(line)
        if text.count > Self.mostTextLines { text.removeFirst() }
    }
}

extension ResticFileError {
    /// Reads `ignoring error for PATH: MESSAGE`.
    fileprivate init?(ignored line: String) {
        let rest = line.dropFirst("ignoring error for ".count)
        guard let end = rest.firstRange(of: ": ") else { return nil }
        self.init(path: String(rest[..<end.lowerBound]), message: String(rest[end.upperBound...]))
    }
}
