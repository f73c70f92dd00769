import Foundation
import LoopbackTesting

/// A server that says all that it was told again, in many ways.
enum EchoServer {
    /// Runs it for as long as `body` does; `plain` is a secret of letters and digits.
    static func run<Value>(
        _ secret: PlantedSecret,
        _ plain: PlantedSecret,
        _ body: (LoopbackServer) async throws -> Value
    ) async throws -> Value {
        try await LoopbackServer.run({ answer($0, secret.value, plain.value) }, body)
    }

    private static func answer(_ request: LoopbackServer.Request, _ secret: String, _ plain: String)
        -> LoopbackServer.Reply
    {
        let told = request.headers.map { "\($0.name): \($0.value)" } + [request.line, request.body, secret]
        let encoded = forms(of: secret)
        switch request.path {
        case "/json":
            let body: [String: Any] = ["told": told, "encoded": encoded, secret: secret]
            return .json(json(body))
        case "/headers":
            return .answer(200, ["X-Told": secret, "X-\(plain)": "1", "X-Code": encoded[0]], "said")
        case "/error": return .answer(500, [:], (told + encoded).joined(separator: "\n"))
        case "/error.json":
            let body = json(["error": ["message": "no \(secret)", "told": told]])
            return .json(body, status: 422)
        case "/error.html": return .answer(403, ["Content-Type": "text/html"], encoded[3])
        case "/cut": return .cutOff(200, ["X-Told": secret], secret)
        case "/on": return .answer(302, ["Location": "/error?token=\(encoded[1])"])
        case "/below": return .answer(302, ["Location": "/gone/\(encoded[1])/x"])
        case "/away": return .answer(302, ["Location": "http://\(plain).example.org/\(encoded[1])"])
        case "/nowhere": return .answer(302, ["Location": "what is \(secret)"])
        default: return .answer(404, ["X-Told": request.uri], "there is no \(request.uri)")
        }
    }

    private static func json(_ value: [String: Any]) -> String {
        let data = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// As base64, in an address, as digits, in HTML and in JSON's ASCII.
    private static func forms(of secret: String) -> [String] {
        [
            Data("user:\(secret)\n".utf8).base64EncodedString(),
            secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
            Data(secret.utf8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(),
            secret.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&#34;")
                .replacing("'", with: "&#39;"),
            secret.replacing("\"", with: "\\u0022").replacing("é", with: "\\u00E9").replacing(
                "<",
                with: "\\u003C"
            )
            .replacing("&", with: "\\u0026").replacing("'", with: "\\u0027").replacing("+", with: "\\u002B"),
        ]
    }
}
