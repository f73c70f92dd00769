import AsyncHTTPClient
import Foundation
import HostSystem
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The connections of one process. It follows no redirect and repeats nothing; those are decisions of its callers.
final class WebClient: Sendable {
    /// An answer, whole.
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    /// Why there is no answer.
    enum Failure: Error {
        /// No connection came about, so that nothing was sent.
        case notSent(String)
        /// The connection broke off after something was sent.
        case brokenOff(String)
        /// The answer is longer than the caller takes.
        case tooLong
    }

    /// The client's threads cost a script that sends nothing more than all the rest of its start.
    private enum Client {
        case unused
        case made(HTTPClient)
        case shutDown
    }

    private let client = Mutex(Client.unused)
    private let double: (any OutsideDouble)?

    init(double: (any OutsideDouble)? = nil) {
        self.double = double
    }

    deinit {
        // The client lives on until its connections are closed.
        takeClient()?.shutdown { _ in }
    }

    func shutDown() async throws {
        try await takeClient()?.shutdown()
    }

    /// The client, for its end; there is none afterwards.
    private func takeClient() -> HTTPClient? {
        client.withLock { client in
            defer { client = .shutDown }
            if case .made(let made) = client { return made }
            return nil
        }
    }

    private func madeClient() throws -> HTTPClient {
        try client.withLock { client in
            switch client {
            case .made(let made): return made
            case .shutDown: throw HTTPClientError.alreadyShutdown
            case .unused:
                // Certificates are checked: that is the client's own default, and nothing here can turn it off.
                var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
                configuration.connectionPool.retryConnectionEstablishment = false
                configuration.timeout.connect = .seconds(10)
                let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                client = .made(made)
                return made
            }
        }
    }

    /// The answer to one request, of at most `limit` bytes. Throws ``Failure`` and `CancellationError`.
    func send(_ request: HTTPClientRequest, limit: Int64) async throws -> Answer {
        if let double { return try await Answer(of: double, to: request, limit: limit) }
        let response: HTTPClientResponse
        do {
            response = try await madeClient().execute(request, deadline: .distantFuture)
        } catch {
            try Task.checkCancellation()
            throw Self.isBeforeSending(error)
                ? Failure.notSent(Self.words(error)) : .brokenOff(Self.words(error))
        }
        var answer = Answer(status: Int(response.status.code), headers: response.headers, body: [])
        let announced = response.headers.first(name: "content-length").flatMap(Int64.init) ?? 0
        guard announced <= limit || request.method == .HEAD else { throw Failure.tooLong }
        do {
            for try await part in response.body {
                // Before it is kept: the limit is one of memory.
                guard Int64(answer.body.count + part.readableBytes) <= limit else { throw Failure.tooLong }
                answer.body += part.readableBytesView
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            try Task.checkCancellation()
            throw Failure.brokenOff(Self.words(error))
        }
        return answer
    }

    private static func isBeforeSending(_ error: any Error) -> Bool {
        if error is NIOConnectionError || isUntrusted(error) { return true }
        // An address that is no name fails with the bare error of connect(2).
        if let error = error as? IOError { return error.errnoCode == ECONNREFUSED }
        return [.connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout]
            .contains(error as? HTTPClientError)
    }

    /// By its words: the type is one of a package that nothing else here needs.
    private static func isUntrusted(_ error: any Error) -> Bool {
        "\(error)".contains("CERTIFICATE_VERIFY_FAILED") || "\(error)".contains("unableToValidateCertificate")
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case _ where isUntrusted(error): "its certificate is not trusted"
        case let error as HTTPClientError: error.shortDescription
        case let error as IOError: SystemError(number: error.errnoCode).words
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words($0.error) } ?? "there is no such host"
        default: "\(error)"
        }
    }
}
