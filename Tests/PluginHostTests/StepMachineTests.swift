import LuaKit
import RunJournal
import Testing

@testable import PluginHost

/// What happens to a step, event by event, without a script and a journal.
struct StepMachineTests {
    private static let key = StepKey(run: "r", taskPath: "0", sequence: 3)

    private static func step(
        _ kind: StepKind = .effect,
        _ state: StepState = .intent,
        input: String = "[]",
        output: String? = nil,
        error: String? = nil,
        isToBeRepeated: Bool = false
    ) -> StepRecord {
        StepRecord(
            key: key,
            name: "shell.run",
            kind: kind,
            state: state,
            isToBeRepeated: isToBeRepeated,
            input: input,
            output: output,
            error: error,
            started: 7
        )
    }

    private static func machine(
        _ kind: StepKind = .effect,
        _ form: StepMachine.Form = .work,
        isIntended: Bool = true,
        recovery: StepRecovery = .again
    ) -> StepMachine {
        StepMachine(step(kind), form, isIntended: isIntended, recovery: recovery)
    }

    private static func end(_ output: String) -> StepMachine.Event { .ended(.done(output: output)) }

    // MARK: A new step

    @Test func `an effect begins when its intent is on disk`() {
        var machine = Self.machine()
        #expect(machine.begin(found: nil) == .admit(Self.step(), .new))
        #expect(machine.handle(.admitted) == .write(Self.step()))
        #expect(machine.handle(.written) == .perform(Self.step(), isInDoubt: false))
        let done = Self.step(.effect, .done, output: "1")
        #expect(machine.handle(Self.end("1")) == .end(done))
        #expect(machine.handle(.written) == .finish(done, isNews: true))
    }

    @Test func `what changes nothing is recorded once, with its result`() {
        var machine = Self.machine(.read, isIntended: false)
        #expect(machine.begin(found: nil) == .admit(Self.step(.read), .new))
        #expect(machine.handle(.admitted) == .perform(Self.step(.read), isInDoubt: false))
        let failed = Self.step(.read, .failed, error: "no")
        #expect(machine.handle(.ended(.failed(error: "no"))) == .write(failed))
        #expect(machine.handle(.written) == .finish(failed, isNews: true))
    }

    @Test func `a commit that succeeds has recorded itself, and one that fails is recorded`() {
        var machine = Self.machine(.effect, .commit, isIntended: false)
        _ = machine.begin(found: nil)
        #expect(machine.handle(.admitted) == .perform(Self.step(), isInDoubt: false))
        #expect(machine.handle(.ended(.recorded)) == .finish(Self.step(), isNews: false))
        var other = Self.machine(.effect, .commit, isIntended: false)
        _ = other.begin(found: nil)
        _ = other.handle(.admitted)
        #expect(
            other.handle(.ended(.failed(error: "no"))) == .write(Self.step(.effect, .failed, error: "no"))
        )
    }

    @Test func `a start makes its request before its intent is written`() {
        var machine = Self.machine(.start, .start)
        #expect(machine.begin(found: nil) == .admit(Self.step(.start), .new))
        #expect(machine.handle(.admitted) == .prepare(again: nil))
        var marked = Self.step(.start)
        marked.watermark = "mark"
        #expect(machine.handle(.prepared(watermark: "mark")) == .write(marked))
        #expect(machine.handle(.written) == .perform(marked, isInDoubt: false))
        #expect(machine.handle(.ended(.recorded)) == .finish(marked, isNews: false))
    }

    @Test func `a start whose request cannot be made leaves no intent`() {
        var machine = Self.machine(.start, .start)
        _ = machine.begin(found: nil)
        _ = machine.handle(.admitted)
        let failed = Self.step(.start, .failed, error: "no")
        #expect(machine.handle(.ended(.failed(error: "no"))) == .write(failed))
        #expect(machine.handle(.written) == .finish(failed, isNews: true))
    }

    @Test func `a start that fails ends its intent`() {
        var machine = Self.machine(.start, .start)
        _ = machine.begin(found: nil)
        _ = machine.handle(.admitted)
        _ = machine.handle(.prepared(watermark: nil))
        _ = machine.handle(.written)
        #expect(machine.handle(.ended(.failed(error: "no"))) == .end(Self.step(.start, .failed, error: "no")))
    }

    // MARK: A step that the journal has

    @Test(arguments: StepMachine.Form.all)
    func `what has ended is not done again`(form: StepMachine.Form) {
        for found in [
            Self.step(.effect, .done, output: "1"), Self.step(.effect, .failed, error: "no"),
        ] {
            var machine = Self.machine(.effect, form)
            #expect(machine.begin(found: found) == .answer(found))
        }
    }

    @Test(arguments: StepMachine.Form.all)
    func `another step is refused`(form: StepMachine.Form) {
        for state in [StepState.intent, .done, .failed] {
            var machine = Self.machine(.effect, form)
            let other = Self.step(.effect, state, input: "[1]")
            #expect(machine.begin(found: other) == .refuse(other))
        }
    }

    @Test func `what is as good twice as once is done again, and its intent ended`() {
        var machine = Self.machine(recovery: .again)
        #expect(machine.begin(found: Self.step()) == .admit(Self.step(), .again))
        #expect(machine.handle(.admitted) == .perform(Self.step(), isInDoubt: true))
        #expect(machine.handle(Self.end("1")) == .end(Self.step(.effect, .done, output: "1")))
    }

    @Test func `what the script skips is not done`() {
        var machine = Self.machine(recovery: .skip(.integer(0)))
        _ = machine.begin(found: Self.step())
        let done = Self.step(.effect, .done, output: "0")
        #expect(machine.handle(.admitted) == .end(done))
        #expect(machine.handle(.written) == .finish(done, isNews: false))
    }

    @Test func `what may have happened waits for a person, and happens again when they say so`() {
        var machine = Self.machine(recovery: .park)
        _ = machine.begin(found: Self.step())
        #expect(machine.handle(.admitted) == .park(Self.step()))
        var decided = Self.machine(recovery: .park)
        let again = Self.step(isToBeRepeated: true)
        _ = decided.begin(found: again)
        #expect(decided.handle(.admitted) == .beginAgain(again))
        #expect(decided.handle(.written) == .perform(again, isInDoubt: false))
    }

    @Test func `a cancelled task ends what changes nothing, and leaves an effect in doubt`() {
        var wait = Self.machine(.wait)
        _ = wait.begin(found: Self.step(.wait))
        let ended = Self.step(.wait, .failed, error: "cancelled")
        #expect(wait.handle(.cancelled(error: "cancelled")) == .end(ended))
        #expect(wait.handle(.written) == .finish(ended, isNews: false))
        var effect = Self.machine()
        _ = effect.begin(found: Self.step())
        #expect(effect.handle(.cancelled(error: "cancelled")) == .finish(Self.step(), isNews: false))
    }

    @Test func `a start in doubt is looked for, and has a new watermark when a person wants it again`() {
        var machine = Self.machine(.start, .start)
        #expect(machine.begin(found: Self.step(.start)) == .admit(Self.step(.start), .looking))
        #expect(machine.handle(.admitted) == .perform(Self.step(.start), isInDoubt: true))
        var decided = Self.machine(.start, .start)
        var again = Self.step(.start, isToBeRepeated: true)
        _ = decided.begin(found: again)
        #expect(decided.handle(.admitted) == .prepare(again: again))
        again.watermark = "new"
        #expect(decided.handle(.prepared(watermark: "new")) == .beginAgain(again))
        #expect(decided.handle(.written) == .perform(again, isInDoubt: false))
    }

    @Test func `what is the host's own asks nobody`() {
        var hook = Self.machine(.effect, .aside)
        #expect(hook.begin(found: nil) == .write(Self.step()))
        #expect(hook.handle(.written) == .perform(Self.step(), isInDoubt: false))
        var release = Self.machine(.effect, .aside, isIntended: false)
        #expect(release.begin(found: nil) == .perform(Self.step(), isInDoubt: false))
        #expect(release.handle(Self.end("null")) == .write(Self.step(.effect, .done, output: "null")))
        var again = Self.machine(.effect, .aside)
        #expect(again.begin(found: Self.step()) == .perform(Self.step(), isInDoubt: true))
    }
}

extension StepMachine.Form {
    static let all: [Self] = [.work, .commit, .start, .aside]
}
