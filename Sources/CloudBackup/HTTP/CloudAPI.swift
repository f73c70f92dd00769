import BackupAPI
import Logging
import NIOHTTP1

/// Calls of the Cloud Backup API: with a token, in attempts, to answers that can be used.
struct CloudAPI: Sendable {
    let session: Session
    let sender: Sender
    let retry: Retry
    let settings: CloudSettings

    /// The answer to a request, in as many attempts as the deadline allows where they do no harm.
    ///
    /// Statuses that are `accepted` are answers too. Throws `BackupError` and `CancellationError`.
    func answer(to request: CloudRequest, accepting accepted: Set<Int> = []) async throws -> CloudAnswer {
        try await retry.run(within: settings.deadlines.call) { remaining in
            try await attempt(request, accepting: accepted, within: remaining)
        }
    }

    /// The answer to a request in one attempt.
    func answerOnce(to request: CloudRequest) async throws -> CloudAnswer {
        do {
            return try await attempt(request, accepting: [], within: settings.deadlines.attempt)
        } catch let failure as FailedAttempt {
            throw failure.error
        }
    }

    /// The JSON of the answer to a request. Throws `service` where there is none.
    func json(_ request: CloudRequest, isPatient: Bool = true) async throws -> JSONValue {
        let answer = try await isPatient ? answer(to: request) : answerOnce(to: request)
        return try json(of: answer, to: request)
    }

    /// The resource of the answer to a request, made by `read`.
    func resource<Value>(
        _ request: CloudRequest,
        isPatient: Bool = true,
        _ read: (JSONValue) throws(Missing) -> Value
    ) async throws -> Value {
        let answer = try await isPatient ? answer(to: request) : answerOnce(to: request)
        return try resource(of: answer, to: request, read)
    }

    /// The resource of an answer, made by `read`. Throws `service` where there is none.
    func resource<Value>(
        of answer: CloudAnswer,
        to request: CloudRequest,
        _ read: (JSONValue) throws(Missing) -> Value
    ) throws -> Value {
        let json = try json(of: answer, to: request)
        do {
            return try read(json)
        } catch {
            throw BackupError.unreadable(request, answer, "without '\(error.key)'")
        }
    }

    /// The resource that a request has made. Where the service's words about it are cut off, it is read anew by the id
    /// in `Location` (contract 1.4), so that nothing that was begun is lost.
    func created<Value>(
        _ request: CloudRequest,
        readAgain: (_ id: String) -> CloudRequest,
        _ read: (JSONValue) throws(Missing) -> Value
    ) async throws -> Value {
        let answer = try await answer(to: request)
        if let json = answer.json, let value = try? read(json) { return value }
        guard let id = answer.createdID else {
            throw BackupError.unreadable(request, answer, "cut off or no JSON")
        }
        return try await resource(readAgain(id), read)
    }

    private func json(of answer: CloudAnswer, to request: CloudRequest) throws -> JSONValue {
        guard let json = answer.json else {
            throw BackupError.unreadable(
                request,
                answer,
                answer.body.isEmpty ? "empty" : "no JSON, or cut off"
            )
        }
        return json
    }

    /// One attempt; a token that is refused is renewed once.
    private func attempt(
        _ request: CloudRequest,
        accepting accepted: Set<Int>,
        within remaining: Duration
    ) async throws -> CloudAnswer {
        guard request.path != nil else {
            throw request.missing?()
                ?? BackupError(.invalidRequest, "an id is empty or no part of an address")
        }
        var refusal: (token: String, error: BackupError)?
        while true {
            let access = try await session.access(insteadOf: refusal?.token)
            if let refusal, access.token == refusal.token { throw refusal.error }
            let answer = try await send(request, with: access, accepting: accepted, within: remaining)
            guard answer.status == 401, !accepted.contains(401) else { return answer }
            var error = BackupError.refused(request, answer)
            error.hide(access.token)
            guard refusal == nil else { throw error }
            refusal = (access.token, error)
        }
    }

    private func send(
        _ request: CloudRequest,
        with access: Access,
        accepting accepted: Set<Int>,
        within remaining: Duration
    ) async throws -> CloudAnswer {
        var headers: HTTPHeaders = ["X-Auth-Token": access.token]
        if let project = settings.projectID { headers.add(name: "X-Auth-Project-Id", value: project) }
        do {
            return try await sender.send(
                request,
                to: access.base,
                headers: headers,
                accepting: accepted,
                within: remaining
            )
        } catch var failure as FailedAttempt {
            failure.error.hide(access.token)
            throw failure
        }
    }
}
