import LuaKit
import NIOHTTP1
import PluginHost
import RunJournal

extension ScriptLibrary {
    /// `http`: servers that the script was granted.
    var httpModule: Module {
        Module(
            "http",
            "Speaks HTTP with the servers that the script was granted ('http:https://hooks.example.org'), this machine and its network among them. Redirects are followed only to granted servers, at most 5 times, and then without 'auth' and headers. Certificates are always checked. Each request has an 'Idempotency-Key' that is the same when a resumed run sends it again."
        ) {
            function("get", .GET, .read, "Asks for what is at an address.")
            function("post", .POST, .effect, "Sends something to an address.")
            function("put", .PUT, .effect, "Puts something at an address.")
            function("patch", .PATCH, .effect, "Changes what is at an address.")
            function("delete", .DELETE, .effect, "Removes what is at an address.")
            requestFunction
        }
        .documented(types: LibraryDocumentation.webTypes, examples: LibraryDocumentation.webExamples)
    }

    private static let urlSummary =
        "The address, for example \"https://example.org/hooks/1\", or a Secret that is one, as the addresses of webhooks are; its server must be granted too."
    private static let answer = "Response: the answer"
    private static let errors = [
        "permission_denied", "http_status", "unreachable", "timed_out", "too_large", "refused",
        "unknown_secret",
    ]

    private func function(_ name: String, _ method: HTTPMethod, _ kind: StepKind, _ summary: String)
        -> Function
    {
        Function(
            name,
            summary + " Raises 'http_status' for a status that is not expected.",
            .step(kind),
            Parameter<WebTargetParameter>("url", Self.urlSummary),
            Options<HTTPOptions>(),
            returns: Self.answer,
            errors: Self.errors,
            needs: [.address("http:https://HOST")]
        ) { [self] run, target, options in
            try await call(run, method, options).answer(of: target)
        }
        .recovering { Self.recovery(method, $0.dropFirst().first) }
        .planningEffects(of: kind)
    }

    private var requestFunction: Function {
        Function(
            "request",
            "Sends a request of any method. Raises 'http_status' for a status that is not expected.",
            .step(.effect),
            Parameter<MethodName>(
                "method",
                "What is asked for, in capitals or not.",
                type:
                    "\"GET\" or \"HEAD\" or \"POST\" or \"PUT\" or \"PATCH\" or \"DELETE\" or \"OPTIONS\""
            ),
            Parameter<WebTargetParameter>("url", Self.urlSummary),
            Options<HTTPOptions>(),
            returns: Self.answer,
            errors: Self.errors,
            needs: [.address("http:https://HOST", of: 1)]
        ) { [self] run, method, target, options in
            try await call(run, HTTPMethod(rawValue: method), options).answer(of: target)
        }
        .recovering { arguments in
            let method = HTTPMethod(rawValue: arguments.first?.text?.uppercased() ?? "POST")
            return Self.recovery(method, arguments.dropFirst(2).first)
        }
        .planningEffects(of: .effect)
    }

    private func call(_ run: RunContext, _ method: HTTPMethod, _ options: HTTPOptions) -> WebCall {
        WebCall(run: run, client: client, keeper: keeper, method: method, options: options)
    }

    private static func recovery(_ method: HTTPMethod, _ options: LuaValue?) -> StepRecovery {
        let isIdempotent =
            switch options?["idempotent"] {
            case .boolean(let flag)?: flag
            default: WebCall.isIdempotent(method)
            }
        if options?["on_unknown"].text == nil, isIdempotent { return .again }
        return UnknownFate.recovery(options, skipping: Function.noAnswer)
    }
}

extension Function {
    /// What a plan, or a request that was skipped, answers.
    fileprivate static var noAnswer: LuaValue {
        .record(["status": 200, "headers": .record([:]), "body": ""])
    }

    /// The same with an answer for a plan, which sends nothing that changes something.
    fileprivate func planningEffects(of kind: StepKind) -> Function {
        kind == .read ? self : planning { _ in Self.noAnswer }
    }
}

/// A method that scripts can use.
enum MethodName: ParameterKind {
    static var typeName: String { "string" }

    private static let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    static func read(_ value: LuaValue) throws -> String {
        guard let method = value.text?.uppercased(), known.contains(method) else {
            throw LuaConversionError("one of \(known.joined(separator: ", ")) expected, got \(value.shown)")
        }
        return method
    }
}
