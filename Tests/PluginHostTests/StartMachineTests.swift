import BackupAPI
import Testing

@testable import PluginHost

/// What happens to a start, event by event, without a service and a journal.
struct StartMachineTests {
    /// What the machine wants after each of the events.
    private func actions(
        isInDoubt: Bool = false,
        _ events: StartMachine.Event...
    ) -> [StartMachine.Action] {
        var machine = StartMachine()
        return [machine.begin(isInDoubt: isInDoubt)] + events.map { machine.handle($0) }
    }

    @Test func `a new start is asked for once, and what came of it recorded`() {
        #expect(
            actions(.admitted, .started("b1"), .adopted)
                == [.admit, .start, .adopt("b1", isFound: false), .finish("b1", isFound: false)]
        )
    }

    @Test func `a start in doubt is looked for before anything else`() {
        #expect(
            actions(isInDoubt: true, .told(.happened(id: "b1")), .adopted)
                == [.ask, .adopt("b1", isFound: true), .finish("b1", isFound: true)]
        )
    }

    @Test func `one that did not happen is asked for`() {
        #expect(
            actions(isInDoubt: true, .told(.absent), .admitted, .started("b1"))
                == [.ask, .admit, .start, .adopt("b1", isFound: false)]
        )
    }

    @Test(arguments: [true, false])
    func `where nobody can tell, a person decides`(isInDoubt: Bool) {
        let unknown = StartMachine.Event.told(.unknown(reason: "no list", candidates: ["b1"]))
        let park = StartMachine.Action.park(reason: "no list", candidates: ["b1"])
        let all =
            isInDoubt
            ? actions(isInDoubt: true, unknown) : actions(.admitted, .failed(.unsure), unknown)
        #expect(all.last == park)
    }

    @Test func `a start that was refused is not looked for`() {
        #expect(actions(.admitted, .failed(.refused)) == [.admit, .start, .fail])
    }

    @Test func `a start that failed may have happened`() {
        #expect(
            actions(.admitted, .failed(.unsure), .told(.happened(id: "b1")))
                == [.admit, .start, .ask, .adopt("b1", isFound: true)]
        )
    }

    @Test func `one that failed and did not happen is not repeated`() {
        #expect(
            actions(.admitted, .failed(.unsure), .told(.absent)) == [.admit, .start, .ask, .fail]
        )
    }

    @Test func `one that did not come through is repeated, and not for ever`() {
        var machine = StartMachine()
        _ = machine.begin(isInDoubt: false)
        for _ in 0..<StartMachine.mostRepetitions {
            #expect(machine.handle(.admitted) == .start)
            #expect(machine.handle(.failed(.lost)) == .ask)
            #expect(machine.handle(.told(.absent)) == .admit)
        }
        #expect(machine.handle(.admitted) == .start)
        #expect(machine.handle(.failed(.lost)) == .ask)
        #expect(machine.handle(.told(.absent)) == .fail)
    }

    @Test(arguments: [true, false])
    func `a cancelled task starts nothing`(isInDoubt: Bool) {
        let all = isInDoubt ? actions(isInDoubt: true, .told(.absent), .cancelled) : actions(.cancelled)
        #expect(all.last == .fail)
        #expect(!all.contains(.start))
    }

    @Test func `what came of another step is looked for again, and the second time the run halts`() {
        #expect(
            actions(.admitted, .started("b1"), .taken, .told(.happened(id: "b1")), .taken)
                == [
                    .admit, .start, .adopt("b1", isFound: false), .ask, .adopt("b1", isFound: true),
                    .halt(taken: "b1"),
                ]
        )
    }

    @Test func `after another step's the start goes on from what the service says`() {
        #expect(
            actions(
                .admitted,
                .failed(.unsure),
                .told(.happened(id: "b1")),
                .taken,
                .told(.absent),
                .admitted,
                .started("b2"),
                .adopted
            ).suffix(4)
                == [.admit, .start, .adopt("b2", isFound: false), .finish("b2", isFound: false)]
        )
    }

    @Test(arguments: [
        (BackupError(.unreachable, ""), StartMachine.Failure.lost), (BackupError(.timedOut, ""), .lost),
        (BackupError(.service, ""), .unsure), (BackupError(.storage, ""), .unsure),
        (BackupError(.diskFull, ""), .unsure), (BackupError(.conflict, "", isRetryable: true), .unsure),
        (BackupError(.conflict, ""), .refused), (BackupError(.invalidRequest, ""), .refused),
    ])
    func `an error says whether the start may have happened`(
        error: BackupError,
        failure: StartMachine.Failure
    ) {
        #expect(StartMachine.Failure(error) == failure)
    }
}
