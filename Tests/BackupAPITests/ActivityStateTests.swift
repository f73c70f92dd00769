import BackupAPI
import Testing

struct ActivityStateTests {
    @Test(
        arguments: [
            (ActivityState.completed, Outcome.ok), (.completedWithErrors, .warning), (.failed, .failed),
            (.stopped, .stopped), (.skipped, .skipped), (.missed, .missed),
        ]
    )
    func `a final state has an outcome`(state: ActivityState, outcome: Outcome) {
        #expect(state.isFinal)
        #expect(state.outcome == outcome)
    }

    @Test(
        arguments: [
            ActivityState.startRequested, .startScheduled, .queued, .preparing, .inProgress, .stopRequested,
            ActivityState(rawValue: "frozen"),
        ]
    )
    func `any other state is not final`(state: ActivityState) {
        #expect(!state.isFinal)
        #expect(state.outcome == nil)
    }

    @Test func `there are twelve states, in the contract's order`() {
        #expect(
            ActivityState.backupStates.map(\.description) == [
                "start_requested", "start_scheduled", "queued", "preparing", "in_progress", "stop_requested",
                "completed", "completed_with_errors", "failed", "stopped", "skipped", "missed",
            ]
        )
    }

    @Test func `the worst of many outcomes is their maximum`() {
        #expect(
            Outcome.allCases.shuffled().sorted() == [.ok, .skipped, .warning, .stopped, .missed, .failed]
        )
        #expect([Outcome.warning, .ok, .skipped].max() == .warning)
    }
}
