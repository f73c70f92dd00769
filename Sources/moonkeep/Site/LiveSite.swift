import BackupAPI
import HostSystem
import Synchronization

/// What is in force while a site is served: its file as it was when it could be used last.
final class LiveSite: Sendable {
    private struct State {
        var file: SiteFile
        var readTime: Timestamp
        var problem: String?
    }

    private let state: Mutex<State>
    private let bell = Bell()

    init(_ file: SiteFile, at time: Timestamp) {
        state = Mutex(State(file: file, readTime: time))
    }

    /// The file that is in force.
    var file: SiteFile { state.withLock { $0.file } }

    /// When the file that is in force was read.
    var readTime: Timestamp { state.withLock { $0.readTime } }

    /// Why the file cannot be used as it is now; `nil` when it is in force.
    var problem: String? { state.withLock { $0.problem } }

    /// Puts another file in force.
    func take(_ file: SiteFile, at time: Timestamp) {
        state.withLock { state in
            state.file = file
            state.readTime = time
            state.problem = nil
        }
        bell.ring()
    }

    /// Leaves what was in force.
    func refuse(_ problem: String) {
        state.withLock { $0.problem = problem }
    }

    /// An element for every file that is put in force from now on; several at once count as one.
    func changes() -> AsyncStream<Void> { bell.rings() }
}
