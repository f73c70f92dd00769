import BackupAPI
import Foundation
import LuaKit

extension Module {
    /// `json`: values as text.
    static var json: Module {
        Module(
            "json",
            "Turns values into JSON and back.",
            values: [Value("null", "null: stands for JSON's null, which nil cannot") { _ in .null }]
        ) {
            Function(
                "encode",
                "Answers a value as JSON, with sorted keys. An empty table becomes a list.",
                .pure,
                Parameter<Anything>("value", "Any value that has no function in it; nil is null."),
                Options<JSONOptions>(),
                returns: "string: the JSON",
                immediate: { _, value, options in
                    do {
                        return .string(
                            try JSONText.encode(value, layout: options.pretty == true ? .pretty : .compact)
                        )
                    } catch let error as LuaConversionError {
                        throw ArgumentProblem(error.description)
                    } catch EncodingError.invalidValue(_, let context) {
                        throw ArgumentProblem(context.debugDescription)
                    }
                }
            )
            Function(
                "decode",
                "Answers the value of a JSON text. JSON's null becomes json.null.",
                .pure,
                Parameter<Text>("text", "The JSON, nested at most 500 deep."),
                returns: "any: the value",
                immediate: { _, text in
                    do {
                        return try JSONDecoder().decode(LuaValue.self, from: Data(text.utf8))
                    } catch {
                        throw ArgumentProblem("the text is no JSON\(Self.reason(of: error))")
                    }
                }
            )
        }
    }

    private static func reason(of error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error,
            let cause = context.underlyingError as NSError?,
            let reason = cause.userInfo[NSDebugDescriptionErrorKey] as? String
        else { return "" }
        return ": \(reason)"
    }
}

/// The options of `json.encode`.
struct JSONOptions: OptionTable {
    var pretty: Bool?

    static let fields = [
        ParameterDescription("pretty", "boolean", "One key a line. Default: false.", isOptional: true)
    ]
}
