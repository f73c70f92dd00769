import BackupTesting
import Foundation
import Synchronization

/// The life of a worker: it passes points, pauses at some of them, and kills itself at one.
final class Life: Sendable {
    /// The longest pause.
    private static let longestPause = 6_000

    private struct State {
        var passed = 0
        var random: SplitMix
    }

    private let deathPoint: Int?
    private let state: Mutex<State>

    init(deathPoint: Int?, seed: UInt64) {
        self.deathPoint = deathPoint
        state = Mutex(State(random: SplitMix(state: seed)))
    }

    /// Passes a point: the process may end here, as if the power went.
    func pass() async {
        let (number, pause) = state.withLock { state in
            state.passed += 1
            let isPausing = UInt8.random(in: 0..<4, using: &state.random) == 0
            return (
                state.passed, isPausing ? Int.random(in: 0...Self.longestPause, using: &state.random) : 0
            )
        }
        if number == deathPoint { kill(getpid(), SIGKILL) }
        if pause > 0 { try? await Task.sleep(for: .microseconds(pause), clock: .continuous) }
    }
}
