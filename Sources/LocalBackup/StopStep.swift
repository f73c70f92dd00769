import Glibc

/// One step of stopping restic: a signal, and how long to wait for its effect.
package struct StopStep: Sendable {
    package var signal: Int32
    package var patience: Duration

    package init(signal: Int32, patience: Duration) {
        self.signal = signal
        self.patience = patience
    }

    /// restic removes its lock after SIGINT; further ones do no harm. After SIGKILL the lock stays behind.
    ///
    /// The first signal is repeated soon: one that comes just when the shell starts restic reaches neither.
    package static let patient = [
        StopStep(signal: SIGINT, patience: .seconds(1)),
        StopStep(signal: SIGINT, patience: .seconds(30)),
        StopStep(signal: SIGINT, patience: .seconds(30)),
        StopStep(signal: SIGKILL, patience: .seconds(30)),
    ]
}

/// Which signal is due when.
struct StopPlan {
    private var steps: ArraySlice<StopStep>
    private var next: ContinuousClock.Instant?

    init(_ steps: [StopStep]) {
        self.steps = steps[...]
    }

    /// Whether the last step has had its time.
    func isThrough(at now: ContinuousClock.Instant) -> Bool {
        guard let next else { return false }
        return steps.isEmpty && now >= next
    }

    /// The signal to send now; `nil` while the last one has time left, and after the last step.
    mutating func signalDue(at now: ContinuousClock.Instant) -> Int32? {
        if let next, now < next { return nil }
        guard let step = steps.popFirst() else { return nil }
        next = now + step.patience
        return step.signal
    }
}
