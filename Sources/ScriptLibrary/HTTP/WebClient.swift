import AsyncHTTPClient
import Foundation
import HostSystem
import NIOCore
import NIOHTTP1
import NIOPosix

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

    private let client: HTTPClient
    private let double: (any OutsideDouble)?

    init(double: (any OutsideDouble)? = nil) {
        self.double = double
        // Certificates are checked: that is the client's own default, and nothing here can turn it off.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // Does nothing after a shutdown; the client lives on until its connections are closed.
        client.shutdown { _ in }
    }

    func shutDown() async throws {
        do {
            try await client.shutdown()
        } catch let error as HTTPClientError where error == .alreadyShutdown {}
    }

    /// The answer to one request, of at most `limit` bytes. Throws ``Failure`` and `CancellationError`.
    func send(_ request: HTTPClientRequest, limit: Int64) async throws -> Answer {
        if let double { return try await Answer(of: double, to: request, limit: limit) }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, deadline: .distantFuture)
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
