public import LuaKit
import Synchronization

/// A host function that a file calls while it is loaded, which must do nothing.
public struct LoadCall: Hashable, Sendable {
    /// The function, for example `backup.start`.
    public let function: String
    /// Where in the file; `nil` when it is not known.
    public let place: LuaError.Place?
}

/// Sees what a file calls while it is loaded.
final class LoadWatch: Sendable {
    private let calls = Mutex<[LoadCall]>([])
    private let hasCalled = Atomic(false)
    private let refuses = Atomic(false)
    /// So many calls are answered with nil, so that more of them are seen; the next one ends the loading.
    let allowance: Int

    /// Whether a call ends the run.
    let endsRun: Bool

    init(allowance: Int = 0, endsRun: Bool = true) {
        self.allowance = allowance
        self.endsRun = endsRun
    }

    /// Sets whether calls are refused in a run that may do all.
    func refuse(_ refuses: Bool) {
        self.refuses.store(refuses, ordering: .relaxed)
    }

    /// Whether calls are refused in a run that may do all.
    var isRefusing: Bool { refuses.load(ordering: .relaxed) }

    /// Notes a call, if it is the first one.
    func noteFirst(_ function: String, at place: LuaError.Place?) {
        guard !hasCalled.load(ordering: .relaxed) else { return }
        hasCalled.store(true, ordering: .relaxed)
        calls.withLock { $0.append(LoadCall(function: function, place: place)) }
    }

    /// Notes a call; returns whether more of them may follow.
    func note(_ function: String, at place: LuaError.Place?) -> Bool {
        calls.withLock { calls in
            calls.append(LoadCall(function: function, place: place))
            return calls.count <= allowance
        }
    }

    var all: [LoadCall] { calls.withLock { $0 } }
}

extension RunContext {
    /// Whether a host function runs now: not in a file that is only loaded, where all but pure ones throw, or answer nil where
    /// the calls are collected.
    func admits(_ kind: CallKind, _ function: String, at place: LuaError.Place? = nil) throws -> Bool {
        guard kind != .pure else { return true }
        guard mode == .load || loading.isRefusing else {
            loading.noteFirst(function, at: place)
            return true
        }
        guard !loading.note(function, at: place) else { return false }
        // A script that catches the error would go on with what it has not got.
        if loading.endsRun { stop.cancel() }
        throw WorkflowError.calledWhileLoading(function, script: script)
    }
}
