import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension WebClient.Answer {
    /// What a double answers.
    init(of double: any OutsideDouble, to request: HTTPClientRequest, limit: Int64) async throws {
        var body: [UInt8] = []
        if let sent = request.body {
            for try await part in sent { body += part.readableBytesView }
        }
        var headers: [String: String] = [:]
        for (name, value) in request.headers {
            let name = name.lowercased()
            headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        }
        do {
            let answer = try await double.answer(
                to: WebRequest(
                    method: request.method.rawValue,
                    url: request.url,
                    headers: headers,
                    body: body
                )
            )
            guard answer.body.count <= limit else { throw WebClient.Failure.tooLong }
            self.init(
                status: answer.status,
                headers: HTTPHeaders(answer.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }),
                body: answer.body
            )
        } catch let error as ServerUnreachable {
            throw WebClient.Failure.notSent(error.reason)
        }
    }
}
