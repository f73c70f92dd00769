import BackupAPI
import LuaKit
import PluginHost
import ScriptLibrary

/// What `test.http` makes of an answer.
struct WebDouble: OptionTable {
    var status: Int?
    var body: LuaBytesOption?
    var json: LuaValue?
    var headers: [String: String]?
    var delay: OptionValue<TimeSpan>?
    var unreachable: Bool?

    static let fields = [
        ParameterDescription("status", "integer", "The status. Default: 200.", isOptional: true),
        ParameterDescription("body", "string", "The body as it is.", isOptional: true),
        ParameterDescription("json", "any", "The body, sent as JSON.", isOptional: true),
        ParameterDescription("headers", "table", "Headers by name.", isOptional: true),
        ParameterDescription("delay", "duration", "How long it takes.", isOptional: true),
        ParameterDescription("unreachable", "boolean", "No connection comes about.", isOptional: true),
    ]

    /// A string of any bytes.
    struct LuaBytesOption: Decodable, Sendable {
        let bytes: [UInt8]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard case .string(let text) = try container.decode(LuaValue.self) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "string expected")
            }
            bytes = text.bytes
        }
    }

    /// The answer. Throws what has no form in JSON.
    func answer() throws -> WebAnswer {
        var answer = WebAnswer(status: status ?? 200, headers: headers ?? [:], body: body?.bytes ?? [])
        if let json {
            answer.body = Array(try JSONText.encode(json).utf8)
            answer.headers["content-type"] = answer.headers["content-type"] ?? "application/json"
        }
        return answer
    }
}

/// What `test.shell` makes of an end.
struct ProgramDouble: OptionTable {
    var exit: Int?
    var stdout: WebDouble.LuaBytesOption?
    var stderr: WebDouble.LuaBytesOption?
    var duration: OptionValue<TimeSpan>?

    static let fields = [
        ParameterDescription("exit", "integer", "The exit code. Default: 0.", isOptional: true),
        ParameterDescription("stdout", "string", "What it writes.", isOptional: true),
        ParameterDescription("stderr", "string", "What it writes to its error output.", isOptional: true),
        ParameterDescription("duration", "duration", "How long it takes.", isOptional: true),
    ]

    /// The end.
    var end: ProgramEnd {
        ProgramEnd(
            exitCode: exit ?? 0,
            output: stdout?.bytes ?? [],
            errors: stderr?.bytes ?? [],
            duration: duration?.value ?? .zero
        )
    }
}
