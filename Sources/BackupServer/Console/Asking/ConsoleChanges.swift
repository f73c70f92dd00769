import BackupAPI
import PluginHost
import RunJournal

/// What a person may do about runs and backups, by a form of the console or by its API.
struct ConsoleChanges: Sendable {
    let lookout: Lookout
    let principal: Principal

    /// Does what a form asks for, and returns the page to show then.
    func change(_ path: [String], _ form: [String: String]) async throws -> String {
        switch (path.first, path.count, path.last) {
        case ("runs", 3, "cancel"):
            let run = try await cancel(path[1])
            return "/runs/\(run.id.percentEncoded)"
        case ("runs", 3, "decide"):
            try await decide(path[1], step: form["step"] ?? "", choice: form["choice"] ?? "")
            return "/runs/\(path[1].percentEncoded)"
        case ("backups", 4, "start") where path[1] == "of":
            guard let nonce = form["nonce"], (1...64).contains(nonce.utf8.count) else {
                throw Fault.badRequest("the form has no nonce")
            }
            let key = "console:\(principal.name.percentEncoded):\(nonce.percentEncoded)"
            let backup = try await lookout.service.start(ResourceID(path[2]), key: key)
            return "/backups/\(backup.id.rawValue.percentEncoded)"
        case ("backups", 3, "stop"):
            _ = try await lookout.service.stop(ResourceID(path[1]))
            return "/backups/\(path[1].percentEncoded)"
        default: throw Fault.notFound("there is nothing to do at '/\(path.joined(separator: "/"))'")
        }
    }

    /// Asks whoever executes a run to cancel it. Throws `unknown_run`, and a 409 for one that is over.
    func cancel(_ id: String) async throws -> RunRecord {
        let run = try await lookout.run(id)
        guard !run.status.isOver else { throw Fault(status: 409, message: "the run is over (\(run.status))") }
        try await lookout.runs.journal.requestCancellation(of: run.id)
        return run
    }

    /// Decides what is asked about a step: one of the question's choices.
    func decide(_ id: String, step: String, choice: String) async throws {
        let run = try await lookout.run(id)
        let questions = try await lookout.questions(of: run)
        guard let question = questions.first(where: { $0.step == step }) else {
            throw Fault(
                status: 409,
                message: "nothing is asked about step '\(step)' any more; somebody was faster"
            )
        }
        guard let key = StepKey(run: run.id, place: step),
            question.choices.contains(choice) || choice == "give_up"
        else {
            throw Fault.badRequest("'\(choice)' is none of \(question.choices.joined(separator: ", "))")
        }
        try await lookout.runs.decide(question.choice(choice), key)
    }
}

extension QuestionResource {
    /// What a choice says of the step.
    fileprivate func choice(_ text: String) -> StepChoice {
        if isAsked, choices.contains(text) { return .answer(text) }
        if text == "give_up" { return .giveUp }
        if text == "start_again" { return .startAgain }
        if text.hasPrefix("adopt:") { return .adopt(String(text.dropFirst(6))) }
        return .happened
    }
}

extension Lookout {
    /// The run with this id. Throws `unknown_run`; a beginning of an id is none.
    func run(_ id: String) async throws -> RunRecord {
        let run = try await runs.journal.run(id)
        guard run.id == id else { throw JournalError.unknownRun(id) }
        return run
    }
}
