import BackupAPI
public import LuaKit
public import RunJournal

/// Why a run stops before its script does, without being over.
public enum RunHalt: Sendable {
    /// A person has to decide about a step.
    case parked(StepKey, StepQuestion)
    /// Another process executes the run now.
    case claimLost
    /// The host stops; the run goes on when it is resumed.
    case interrupted
    /// The script wants another step than the journal has.
    case mismatch(StepMismatch)
    /// The journal could not be written while nobody may go on without it.
    case journal(JournalError)
}

/// A step of a replay that does not fit what is recorded.
public struct StepMismatch: Sendable {
    /// Which step it is.
    public var key: StepKey
    /// What the journal has, as `backup.start("mail")`; `nil` where it has nothing.
    public var recorded: String?
    /// What the script wants; `nil` where it ends.
    public var wanted: String?
    /// Where in the script; `nil` when it is not known.
    public var place: LuaError.Place?

    init(_ record: StepRecord?, wanted: StepRecord, at place: LuaError.Place?) {
        key = wanted.key
        recorded = record.map { Self.call($0.name, $0.input) }
        self.wanted = Self.call(wanted.name, wanted.input)
        self.place = place
    }

    /// The script has ended without a step that is recorded.
    init(missed record: StepRecord) {
        key = record.key
        recorded = Self.call(record.name, record.input)
    }

    /// A call as a script would write it; the arguments are those of a JSON list.
    package static func call(_ name: String, _ input: String) -> String {
        "\(name)(\(String(input.dropFirst().dropLast().prefix(200)).printable))"
    }
}

extension StepMismatch: CustomStringConvertible {
    /// `step 0#3: the journal has backup.start("mail"), the script wants time.now(), at nightly.lua:7`
    public var description: String {
        let place = place.map { ", at \($0.script):\($0.line)" } ?? ""
        let known = recorded.map { "the journal has \($0)" } ?? "the journal ends here"
        let wish = wanted.map { "wants \($0)" } ?? "ends without it"
        return "step \(key.taskPath)#\(key.sequence): \(known), the script \(wish)\(place)"
    }
}

/// What a host function throws in a run that has stopped; a script that catches it gets it again at the next call.
struct RunHalted: LuaErrorConvertible {
    let halt: RunHalt

    var luaMessage: String {
        switch halt {
        case .parked(_, let question): "the run waits for a person: \(question.reason)"
        case .claimLost: "the run was taken over by another process"
        case .interrupted: "the host stops"
        case .mismatch(let mismatch): mismatch.description
        case .journal(let error): "the journal cannot be written: \(error.message)"
        }
    }

    var luaFields: [String: LuaValue] {
        ["code": "halted", "message": .string(luaMessage), "retryable": false]
    }
}
