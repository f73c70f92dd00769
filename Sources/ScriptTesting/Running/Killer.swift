import BackupTesting
import RunJournal
import Synchronization

/// Ends runs as a power cut would: after a commit of the journal nothing is written any more, and the host goes no further.
final class Killer: Sendable {
    private struct State {
        var points: [Int]
        var commits = 0
        var crashes = 0
        var isKilled = false
        var run: RunRecord.ID?
    }

    private let journal: RunStore
    private let state: Mutex<State>

    /// `points` are numbers of commits, counted from 1 over all lives of the run.
    init(_ journal: RunStore, after points: [Int]) {
        self.journal = journal
        state = Mutex(State(points: points.sorted()))
    }

    /// The journal that the run is given.
    var store: RunStore {
        journal.watched(
            before: { [self] _ in state.withLock { $0.isKilled } ? Self.powerCut : nil },
            after: { [self] write in count(write) ? Self.powerCut : nil }
        )
    }

    /// How many commits there were.
    var commitCount: Int { state.withLock { $0.commits } }
    /// How often the run was killed.
    var crashCount: Int { state.withLock { $0.crashes } }
    /// Whether the run is killed and not yet taken up again.
    var isKilled: Bool { state.withLock { $0.isKilled } }
    /// The first number that the run did not come to.
    var unusedPoint: Int? { state.withLock { $0.points.first } }

    /// The run that was killed, which may go on from now; `nil` when none was.
    func takeKilled() -> RunRecord.ID? {
        state.withLock { state in
            guard state.isKilled, let run = state.run else { return nil }
            state.isKilled = false
            return run
        }
    }

    private static let powerCut = JournalError(.storage, "the test has ended the host here")

    /// Counts a write; returns whether it was the last one.
    private func count(_ write: RunStore.Write) -> Bool {
        state.withLock { state in
            switch write {
            case .renew: return false
            case .begin(let run): state.run = run.id
            default: break
            }
            state.commits += 1
            // What ends after that has ended.
            if case .finish = write { return false }
            guard let point = state.points.first, state.commits >= point, !state.isKilled else {
                return false
            }
            state.points.removeFirst()
            state.isKilled = true
            state.crashes += 1
            return true
        }
    }
}
