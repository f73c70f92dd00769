import BackupAPI

extension CloudBackupService {
    /// The result of a request that an agent answers: it is asked for until it is there (contract 1.10).
    ///
    /// Throws `timed_out` when it does not come within the deadline for results.
    func result(
        of request: CloudRequest,
        _ accepted: CloudAnswer,
        _ result: (String) -> CloudRequest
    ) async throws -> JSONValue {
        guard let id = accepted.json?["id"]?.text ?? accepted.createdID else {
            throw BackupError(
                .service,
                "\(request.title) was accepted without a 'Location' of its result",
                fix: "Check that the base URL leads to the service."
            )
        }
        let end = timer.elapsed() + api.settings.deadlines.result
        var pause = Duration.milliseconds(250)
        while true {
            let answer = try await api.answer(to: result(id), accepting: [404])
            if answer.status != 404 {
                guard let json = answer.json else {
                    throw BackupError.unreadable(result(id), answer, "no JSON")
                }
                return json
            }
            guard timer.elapsed() + pause < end else {
                throw BackupError(
                    .timedOut,
                    "the agent did not answer \(request.title) within \(api.settings.deadlines.result)",
                    fix: "See whether the agent is online, activate it, and try again.",
                    isRetryable: true
                )
            }
            try await timer.pause(pause)
            pause = min(pause * 2, .seconds(2))
        }
    }
}
