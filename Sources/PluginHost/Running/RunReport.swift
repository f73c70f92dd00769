import BackupAPI
import Synchronization

/// What a run reports, within what all of its reports may have together: they grow outside the script's own memory.
final class RunReport: Sendable {
    /// Bytes that a script may add.
    private static let limit = 8 << 20

    private let title: String
    private let state = Mutex<(blocks: [ReportBlock], bytesLeft: Int)>(([], RunReport.limit))

    init(title: String) {
        self.title = title
    }

    /// Adds a part; throws when the report is full.
    func add(_ block: ReportBlock) throws {
        try spend(on: block)
        state.withLock { $0.blocks.append(block) }
    }

    /// Counts a part against what the run's reports may have together; throws when they are full.
    func spend(on block: ReportBlock) throws {
        let size = block.size
        try state.withLock { state in
            guard size <= state.bytesLeft else {
                throw BackupError(
                    .unsupported,
                    "the report has more than \(Figures.bytes(Int64(Self.limit)))"
                )
            }
            state.bytesLeft -= size
        }
    }

    /// The report so far, with an outcome.
    func report(_ outcome: Outcome, facts: ([ReportBlock]) -> ReportFacts? = { _ in nil }) -> Report {
        let blocks = state.withLock { $0.blocks }
        return Report(title: title, outcome: outcome, blocks: blocks, facts: facts(blocks))
    }
}
