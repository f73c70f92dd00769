import Synchronization

/// What has happened in a run and hooks are still to be told of.
public final class HookQueue: Sendable {
    /// Tells the hooks of an event, one after the other.
    typealias Caller = @Sendable (HookOccurrence) async -> Void

    private struct State {
        var events: Set<String> = []
        var caller: Caller?
        var occurrences: [HookOccurrence] = []
    }

    private let state = Mutex(State())

    init() {}

    /// Tells of these events from now on by `caller`.
    func use(_ events: Set<String>, _ caller: @escaping Caller) {
        state.withLock { ($0.events, $0.caller) = (events, caller) }
    }

    /// Notes that something has happened; its hooks are called as soon as the step in which it did is recorded.
    public func raise(_ occurrence: HookOccurrence) {
        state.withLock { state in
            if state.events.contains(occurrence.event) { state.occurrences.append(occurrence) }
        }
    }

    /// Calls the hooks of all that has happened, one after the other. A run that has stopped calls none.
    func callAll(unless stop: RunStop) async {
        while let (occurrence, caller) = next(), stop.reason == nil { await caller(occurrence) }
    }

    /// Calls the hooks of an event at once, also in a run that has stopped.
    func call(_ occurrence: HookOccurrence) async {
        let caller = state.withLock { $0.events.contains(occurrence.event) ? $0.caller : nil }
        await caller?(occurrence)
    }

    private func next() -> (HookOccurrence, Caller)? {
        state.withLock { state in
            guard let caller = state.caller, !state.occurrences.isEmpty else { return nil }
            return (state.occurrences.removeFirst(), caller)
        }
    }
}
