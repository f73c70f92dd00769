import AsyncHTTPClient
import BackupAPI
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends single requests. It follows no redirect and repeats nothing; those are decisions of its callers.
final class Transport: Sendable {
    /// Why there is no answer.
    enum Failure: Error {
        /// No connection came about, so that nothing was sent.
        case notSent(any Error)
        /// The connection broke off after something was sent.
        case brokenOff(any Error)
        /// No answer came in time.
        case late(Duration)
    }

    /// No list of the contract comes near this.
    private static let maximumBodyBytes = 64 << 20

    private let client: HTTPClient
    private let timer: Timer

    init(timer: Timer) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.timer = timer
    }

    deinit {
        // The client lives on until its connections are closed.
        client.shutdown { _ in }
    }

    /// The answer to one request. Throws `Failure` and `CancellationError`.
    func send(_ request: HTTPClientRequest, within limit: Duration) async throws -> CloudAnswer {
        let answer = try await racing(
            { try await self.exchange(request) },
            against: { try await self.timer.lateness(limit) }
        )
        guard let answer else { throw Failure.late(limit) }
        return answer
    }

    private func exchange(_ request: HTTPClientRequest) async throws -> CloudAnswer {
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, deadline: .distantFuture)
        } catch {
            try Task.checkCancellation()
            throw Self.isConnectionFailure(error) ? Failure.notSent(error) : Failure.brokenOff(error)
        }
        var answer = CloudAnswer(status: Int(response.status.code), headers: response.headers, body: [])
        do {
            for try await part in response.body {
                answer.body += part.readableBytesView
                guard answer.body.count <= Self.maximumBodyBytes else {
                    throw HTTPClientError.bodyLengthMismatch
                }
            }
        } catch {
            try Task.checkCancellation()
            answer.bodyFailure = error
        }
        return answer
    }

    private static func isConnectionFailure(_ error: any Error) -> Bool {
        if error is NIOConnectionError { return true }
        // An address that is no name fails with the bare error of connect(2); other numbers come later too.
        if let error = error as? IOError { return error.errnoCode == ECONNREFUSED }
        return [.connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout]
            .contains(error as? HTTPClientError)
    }
}
