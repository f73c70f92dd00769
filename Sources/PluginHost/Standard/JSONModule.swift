import BackupAPI
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
                Parameter<Text>("text", "The JSON, nested at most 100 deep."),
                returns: "any: the value",
                immediate: { run, text in try JSONReader.read(text, memory: run.memoryLimit) }
            )
        }
        .documented(examples: StandardDocumentation.jsonExamples)
    }
}

/// The options of `json.encode`.
struct JSONOptions: OptionTable {
    var pretty: Bool?

    static let fields: [ParameterDescription] = [
        .absent("pretty", "boolean", "One key a line. Default: false.")
    ]
}
