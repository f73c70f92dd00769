import BackupAPI
import Foundation
import LuaKit
import NIOHTTP1
import PluginHost

extension HTTPOptions {
    var limit: Int64 { min(maxBytes?.value ?? 8 << 20, 32 << 20) }
}

extension LuaValue {
    /// The value as JSON. Throws what in it has no form there.
    var jsonText: String {
        get throws {
            do {
                return try JSONText.encode(self)
            } catch EncodingError.invalidValue(_, let context) {
                throw LuaConversionError("json: \(context.debugDescription)")
            } catch let error as LuaConversionError {
                throw LuaConversionError("json: \(error)")
            }
        }
    }
}

extension WebClient.Failure {
    /// Whether another attempt does no harm.
    func mayBeRepeated(_ isIdempotent: Bool) -> Bool {
        switch self {
        case .notSent: true
        case .brokenOff: isIdempotent
        case .tooLong: false
        }
    }
}

extension WebClient.Answer {
    /// As scripts see it. Of a header that comes several times the values are joined by commas (RFC 9110, 5.3).
    func record(of address: WebAddress) -> LuaValue {
        var fields: [String: LuaValue] = [:]
        for (name, value) in headers {
            let name = name.lowercased()
            fields[name] = .string(fields[name]?.text.map { "\($0), \(value)" } ?? value)
        }
        return .record([
            "status": .integer(Int64(status)), "headers": .record(fields), "body": .string(LuaBytes(body)),
            "json": json ?? .nil, "url": .string(address.shown),
        ])
    }

    /// The body's value, where it says that it is JSON and is.
    private var json: LuaValue? {
        let type =
            headers.first(name: "content-type")?.prefix { $0 != ";" }.lowercased().trimmingPrefix(" ") ?? ""
        guard type == "application/json" || type.hasSuffix("+json"), let text = LuaBytes(body).text else {
            return nil
        }
        return try? LuaValue(json: text)
    }
}

extension ScriptError {
    /// A server answered with a status that the script does not expect.
    static func status(_ answer: WebClient.Answer, _ method: HTTPMethod, _ address: WebAddress) -> ScriptError
    {
        let phrase = HTTPResponseStatus(statusCode: answer.status).reasonPhrase
        let said = LuaBytes(answer.body.prefix(2_048)).lossyText
        let line = said.split(whereSeparator: \.isNewline).joined(separator: " ").printable.prefix(200)
        return ScriptError(
            .httpStatus,
            "\(method.rawValue) \(address.shown) was answered with \(answer.status) \(phrase)"
                + (line.isEmpty ? "" : ": \(line)"),
            isRetryable: [408, 425, 429, 500, 502, 503, 504].contains(answer.status),
            data: [
                "status": .integer(Int64(answer.status)),
                "body": .string(LuaBytes(answer.body.prefix(2_048))),
                "retry_after": answer.headers.first(name: "retry-after").map(LuaValue.string) ?? .nil,
            ]
        )
    }

    /// There is no answer.
    static func unreachable(
        _ failure: WebClient.Failure,
        _ method: HTTPMethod,
        _ address: WebAddress,
        _ limit: Int64
    ) -> ScriptError {
        let call = "\(method.rawValue) \(address.shown)"
        return switch failure {
        case .notSent(let words):
            ScriptError(
                .unreachable,
                "\(call): no connection came about (\(words))",
                fix: "Check the address, and that the server runs.",
                isRetryable: true
            )
        case .brokenOff(let words):
            ScriptError(.unreachable, "\(call): the connection broke off (\(words))", isRetryable: true)
        case .tooLong:
            ScriptError(
                .tooLarge,
                "\(call): the answer has more than \(Figures.bytes(limit))",
                fix: "Say 'max_bytes', or ask for less."
            )
        }
    }
}
