import BackupAPI
import LuaKit
import RunJournal

/// A step between its script and the journal, as a value: what has happened goes in, what is to be done comes out.
///
/// The promise is kept here. What the journal has is not done again. An effect begins when its intent is on disk. What was
/// about to happen when a host died is done again only where twice is as good as once, or where a person says so.
struct StepMachine: Sendable {
    /// How a step comes about.
    enum Form: Sendable {
        /// Its body does it; what came of it is recorded afterwards.
        case work
        /// Its body writes the effect and its record to the journal in one commit.
        case commit
        /// It starts something at the service: its request is made first, and its body records what came of it.
        case start
        /// It is the host's own and happens whatever has become of the script's task.
        case aside
    }

    /// Why something may happen now.
    enum Admission: Sendable {
        /// The journal does not have it.
        case new
        /// A host died in it.
        case again
        /// A host died in a start, which is looked for and not done.
        case looking
    }

    /// What is to be done next.
    enum Action: Hashable, Sendable {
        /// The run halts: the journal has another step here.
        case refuse(StepRecord)
        /// The script gets what the journal has.
        case answer(StepRecord)
        /// It is made sure that the step may happen now.
        case admit(StepRecord, Admission)
        /// A start's request is made, or its watermark once more where the journal has the request.
        case prepare(again: StepRecord?)
        /// The record is added to the journal.
        case write(StepRecord)
        /// The journal gets the end of an intent.
        case end(StepRecord)
        /// The journal gets the intent's new watermark: a person has decided that the step happens once more.
        case beginAgain(StepRecord)
        /// The body runs; where the fate of an earlier attempt is in doubt it has to be found out first.
        case perform(StepRecord, isInDoubt: Bool)
        /// The run waits for a person, who decides whether the step happened.
        case park(StepRecord)
        /// The script gets what came of it; a failure is news.
        case finish(StepRecord, isNews: Bool)
    }

    /// What has happened.
    enum Event: Hashable, Sendable {
        /// The step may happen.
        case admitted
        /// Its task was cancelled before a host died in the step once more.
        case cancelled(error: String)
        /// The request is made, with what the service looked like before.
        case prepared(watermark: String?)
        /// The journal has what it was given.
        case written
        /// The body, or what prepares it, has ended.
        case ended(Ending)
    }

    /// How a body has ended.
    enum Ending: Hashable, Sendable {
        case done(output: String)
        case failed(error: String)
        /// It has recorded its result itself.
        case recorded
    }

    private enum State: Hashable {
        case admitting, preparing, intending, performing, ending(isNews: Bool), over
    }

    private var record: StepRecord
    private let form: Form
    private let recovery: StepRecovery
    private let isIntended: Bool
    private var state = State.admitting
    /// Whether the journal had the intent already.
    private var isAgain = false

    /// Makes the machine of a step whose intent is `record`.
    init(_ record: StepRecord, _ form: Form, isIntended: Bool, recovery: StepRecovery = .again) {
        self.record = record
        self.form = form
        self.isIntended = isIntended || form == .start
        self.recovery = recovery
    }

    /// Begins with what the journal has under the step's key.
    mutating func begin(found: StepRecord?) -> Action {
        guard let found else { return form == .aside ? admitted() : .admit(record, .new) }
        guard found.name == record.name, found.input == record.input else { return .refuse(found) }
        guard found.state == .intent else { return .answer(found) }
        (record, isAgain) = (found, true)
        return form == .aside ? admitted() : .admit(record, form == .start ? .looking : .again)
    }

    /// Goes on after what the last action came to.
    mutating func handle(_ event: Event) -> Action {
        switch (state, event) {
        case (.admitting, .admitted): return admitted()
        case (.admitting, .cancelled(let error)):
            // What changes nothing is over with its task.
            guard record.kind != .effect else { return .finish(record, isNews: false) }
            return end(.failed(error: error), isNews: false)
        case (.preparing, .prepared(let watermark)):
            record.watermark = watermark
            return intend()
        case (.preparing, .ended(let ending)), (.performing, .ended(let ending)): return end(ending)
        case (.intending, .written): return perform(isInDoubt: false)
        case (.ending(let isNews), .written):
            state = .over
            return .finish(record, isNews: isNews)
        case (_, let event): preconditionFailure("a step that is \(state) does not expect \(event)")
        }
    }

    private mutating func admitted() -> Action {
        guard isAgain else {
            guard form == .start else { return isIntended ? intend() : perform(isInDoubt: false) }
            state = .preparing
            return .prepare(again: nil)
        }
        if form == .start {
            guard record.isToBeRepeated else { return perform(isInDoubt: true) }
            state = .preparing
            return .prepare(again: record)
        }
        switch recovery {
        case .again: return perform(isInDoubt: true)
        case .skip(let answer): return end(.done(output: JournalText.encode(answer)), isNews: false)
        case .park: return record.isToBeRepeated ? intend() : .park(record)
        }
    }

    private mutating func intend() -> Action {
        state = .intending
        return isAgain ? .beginAgain(record) : .write(record)
    }

    private mutating func perform(isInDoubt: Bool) -> Action {
        state = .performing
        return .perform(record, isInDoubt: isInDoubt)
    }

    private mutating func end(_ ending: Ending, isNews: Bool = true) -> Action {
        let isOnDisk = isAgain || isIntended && state == .performing
        state = .ending(isNews: isNews)
        switch ending {
        case .recorded: return .finish(record, isNews: false)
        case .done(let output): (record.state, record.output) = (.done, output)
        case .failed(let error): (record.state, record.error) = (.failed, error)
        }
        return isOnDisk ? .end(record) : .write(record)
    }
}
