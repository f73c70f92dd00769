import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// The open connections of a server: when there are too many, the one that has kept the server waiting longest gives way
/// to the new one.
///
/// A client that opens hundreds of them and sends nothing, or sends it slowly, therefore takes only its own place.
final class Connections: Sendable {
    private struct Entry {
        /// `nil` while the server works for it.
        var waitingSince: NIODeadline?
        let close: @Sendable () -> Void
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var lastID = 0
        /// Whether a connection was left waiting because none gave way.
        var isSomeoneWaiting = false
        var accept: (@Sendable () -> Void)?

        var longestWaiting: Int? {
            let waiting = entries.compactMap { id, entry in entry.waitingSince.map { (since: $0, id: id) } }
            return waiting.min { ($0.since, $0.id) < ($1.since, $1.id) }?.id
        }
    }

    private let maximum: Int
    private let state = Mutex(State())

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// Says how the next connection is accepted, once one can give way.
    func whenPossible(_ accept: @escaping @Sendable () -> Void) {
        state.withLock { $0.accept = accept }
    }

    /// Whether there is room for another connection, or one would give way to it.
    func mayAccept() -> Bool {
        state.withLock { state in
            let isPossible =
                state.entries.count < maximum || state.entries.values.contains { $0.waitingSince != nil }
            state.isSomeoneWaiting = !isPossible
            return isPossible
        }
    }

    /// Takes a new connection in. Returns its number.
    ///
    /// When there is no room the one that has kept the server waiting longest is closed. When the server works for all of
    /// them none is: a few that were accepted together may be more than the maximum for that long.
    func opened(at now: NIODeadline, close: @escaping @Sendable () -> Void) -> Int {
        let (id, victim) = state.withLock { state in
            var victim: Entry?
            if state.entries.count >= maximum, let id = state.longestWaiting {
                victim = state.entries.removeValue(forKey: id)
            }
            state.lastID += 1
            state.entries[state.lastID] = Entry(waitingSince: now, close: close)
            return (state.lastID, victim)
        }
        victim?.close()
        return id
    }

    /// Notes since when a connection keeps the server waiting; `nil` while it does not.
    func changed(_ id: Int, waitingSince: NIODeadline?) {
        let accept = state.withLock { state -> (@Sendable () -> Void)? in
            state.entries[id]?.waitingSince = waitingSince
            guard state.isSomeoneWaiting, waitingSince != nil else { return nil }
            state.isSomeoneWaiting = false
            return state.accept
        }
        accept?()
    }

    /// Lets a connection go; once more does nothing.
    func closed(_ id: Int) {
        state.withLock { state in _ = state.entries.removeValue(forKey: id) }
    }
}

/// Asks the connections whether there may be another one.
struct ConnectionLimit: AvailableConnectionsDelegate {
    let connections: Connections

    func connectionOpened() {}

    func connectionClosed() {}

    func isAcceptingNewConnections() -> Bool { connections.mayAccept() }
}
