import AsyncHTTPClient
import BackupAPI
import Logging
import NIOCore
import NIOHTTP1

/// Sends a request to one origin and judges what comes back: an answer, a failure to repeat, or an error.
struct Sender: Sendable {
    private static let maximumRedirects = 3

    let transport: Transport
    let deadlines: CloudDeadlines
    let log: Logger

    /// The answer, if it is a success or one of the `accepted` statuses, or a 401 that comes first.
    ///
    /// Throws `FailedAttempt` and `CancellationError`.
    func send(
        _ request: CloudRequest,
        to base: BaseURL,
        headers: HTTPHeaders,
        accepting accepted: Set<Int>,
        within remaining: Duration
    ) async throws -> CloudAnswer {
        var outgoing = HTTPClientRequest(url: base.text + request.target)
        outgoing.method = request.method
        outgoing.headers = headers
        outgoing.headers.add(name: "Accept", value: "application/json")
        if let key = request.key { outgoing.headers.add(name: "Idempotency-Key", value: key) }
        if let body = request.body {
            outgoing.headers.add(name: "Content-Type", value: request.contentType)
            outgoing.body = .bytes(ByteBuffer(string: body))
        }
        let limit = min(deadlines.attempt, max(remaining, .zero))
        for _ in 0...Self.maximumRedirects {
            let answer = try await deliver(request, outgoing, to: base.origin, within: limit)
            log.debug(
                "answered",
                metadata: ["cloud.request": "\(request.title)", "cloud.status": "\(answer.status)"]
            )
            guard (300..<400).contains(answer.status) else {
                return try judge(request, answer, accepting: accepted, from: base.origin)
            }
            outgoing.url = try follow(request, answer, from: outgoing.url, origin: base.origin)
        }
        throw FailedAttempt(
            error: BackupError(
                .service,
                "\(request.title) was redirected more than \(Self.maximumRedirects) times",
                fix: "Check the base URL of the service."
            ),
            mayRepeat: false
        )
    }

    private func deliver(
        _ request: CloudRequest,
        _ outgoing: HTTPClientRequest,
        to origin: Origin,
        within limit: Duration
    ) async throws -> CloudAnswer {
        do {
            return try await transport.send(outgoing, within: limit)
        } catch let failure as Transport.Failure {
            log.debug("not answered", metadata: ["cloud.request": "\(request.title)"])
            switch failure {
            case .notSent(let cause):
                throw FailedAttempt(error: .unreachable(request, origin, cause: cause), mayRepeat: true)
            case .brokenOff(let cause):
                let error = BackupError.brokenOff(request, origin, cause: cause)
                throw FailedAttempt(error: error, mayRepeat: request.isHarmless)
            case .late(let limit):
                throw FailedAttempt(error: .late(request, limit), mayRepeat: request.isHarmless)
            }
        }
    }

    /// Where a redirect leads, if it stays with its origin and the request only reads.
    private func follow(
        _ request: CloudRequest,
        _ answer: CloudAnswer,
        from address: String,
        origin: Origin
    ) throws -> String {
        guard let location = answer.headers.first(name: "Location"),
            let target = BaseURL.resolve(location, from: address)
        else { throw FailedAttempt(error: .refused(request, answer), mayRepeat: false) }
        guard target.origin == origin, request.method == .GET else {
            let error = BackupError.redirected(request, from: origin, to: "\(target.origin)")
            throw FailedAttempt(error: error, mayRepeat: false)
        }
        return target.address
    }

    private func judge(
        _ request: CloudRequest,
        _ answer: CloudAnswer,
        accepting accepted: Set<Int>,
        from origin: Origin
    ) throws -> CloudAnswer {
        if answer.isSuccess || accepted.contains(answer.status) {
            // What was begun is begun, also when the service's words about it are cut off.
            guard let cause = answer.bodyFailure, request.isHarmless else { return answer }
            let error = BackupError.brokenOff(request, origin, cause: cause)
            throw FailedAttempt(error: error, mayRepeat: true)
        }
        if answer.status == 401 { return answer }
        let isPassing = answer.status == 429 || (answer.status >= 500 && answer.status != 501)
        throw FailedAttempt(
            error: .refused(request, answer),
            mayRepeat: isPassing && request.isHarmless,
            retryAfter: answer.retryAfter
        )
    }
}

extension CloudRequest {
    /// Whether it may be sent again when it is not known what became of it.
    var isHarmless: Bool {
        if case .harmless = repetition { true } else { false }
    }
}
