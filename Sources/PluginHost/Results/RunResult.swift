public import BackupAPI
public import LuaKit
public import RunJournal

/// How a run ended.
public struct RunResult: Sendable {
    /// The run's id.
    public var id: String
    /// The script's name.
    public var script: String
    /// What a person needs to know.
    public var outcome: Outcome
    /// The same in the journal's words, which also tell a timeout and a cancellation.
    public var status: RunStatus
    /// What the script said of its outcome, or why it failed; `nil` when there is nothing to say.
    public var message: String?
    /// Why the script ended without a result; `nil` when it came to its end.
    public var failure: RunFailure?
    /// What the script reported.
    public var report: Report
    /// What the script returned.
    public var values: [LuaValue]
    /// Backups that the script started and that were still running at its end.
    public var unfinished: [Backup]
    /// Why the run stopped before its script did; `nil` when it is over.
    public var halt: RunHalt?
}

/// Why a script ended without a result.
public struct RunFailure: Error, Sendable {
    /// The kind of failure, or the code of the error value that the script did not catch.
    public var code: String
    /// What happened, without the place.
    public var message: String
    /// What the reader can do; `nil` if there is nothing to do.
    public var fix: String?
    /// Where in the script; `nil` when it is not known.
    public var place: LuaError.Place?
    /// The calls that led there, innermost first.
    public var traceback: [String]
}

extension RunFailure: CustomStringConvertible {
    /// `script:line: message. fix`
    public var description: String {
        let place = place.map { "\($0.script):\($0.line): " } ?? ""
        let end = message.last.map { ".?!".contains($0) } == true ? " " : ". "
        return place + message + (fix.map { end + $0 } ?? "")
    }
}

extension RunFailure {
    /// Turns what ended a script into words; `names` are those that a script can use.
    init(of error: any Error, names: ScriptNames) {
        if let error = error as? LuaError {
            self.init(error, names: names)
            return
        }
        let fields = JournalText.fields(of: error)
        self.init(
            code: fields["code"]?.text ?? "error",
            message: JournalText.message(of: error),
            fix: fields["fix"]?.text,
            traceback: []
        )
    }

    /// Turns what the script did not catch into words; `names` are those that a script can use.
    init(_ error: LuaError, names: ScriptNames) {
        if let inner = error.cause as? LuaError {
            // A function of the script's own, called by a host function: its place says more.
            self.init(inner, names: names)
            traceback += error.traceback
            return
        }
        if let failure = (error.cause as? ReplayedError)?.failure {
            self = failure
            traceback += error.traceback
            return
        }
        let fields =
            (error.cause as? any LuaErrorConvertible).map { LuaValue.record($0.luaFields) } ?? error.value
        self.init(
            code: fields["code"].text ?? error.code.rawValue,
            message: fields["message"].text.flatMap { $0.isEmpty ? nil : $0 } ?? error.words,
            fix: fields["fix"].text ?? names.fix(of: error),
            place: error.place,
            traceback: error.traceback
        )
    }

    /// The run has stopped.
    init(_ halt: RunHalt) {
        let halted = RunHalted(halt: halt)
        var (code, fix, place): (String, String?, LuaError.Place?) = ("halted", nil, nil)
        switch halt {
        case .parked(let step, let question):
            let answering = question.asked.map {
                "Answer \($0.choicesText) with 'moonkeep resume \(step.run) --answer ANSWER'."
            }
            let deciding = "Decide with 'moonkeep resume'; 'moonkeep runs' shows the choices."
            (code, fix) = ("parked", answering ?? deciding)
        case .claimLost: code = "claim_lost"
        case .interrupted: (code, fix) = ("interrupted", "It goes on when it is resumed.")
        case .mismatch(let mismatch): (code, place) = ("run_mismatch", mismatch.place)
        case .journal(let error): (code, fix) = ("journal", error.fix)
        }
        self.init(
            code: code,
            message: halted.luaMessage,
            fix: fix,
            place: place,
            traceback: []
        )
    }

    /// The run's end could not be recorded.
    init(unrecorded error: JournalError) {
        self.init(
            code: "journal",
            message: "the end of the run could not be recorded: \(error.message)",
            fix: error.fix,
            place: nil,
            traceback: []
        )
    }
}
