import LuaKit
public import PluginHost

extension Module {
    /// `template`: texts with values in them.
    public static var template: Module {
        Module("template", "Puts values into texts.") {
            Function(
                "render",
                "Answers a text of Mustache with the values in it: {{name}}, {{#list}}…{{/list}}, {{^none}}…{{/none}}, {{! a comment}}, {{=<% %>=}} for other delimiters. A tag of these, but for names, that stands alone on its line takes the line with it. Other texts are not included.",
                .pure,
                Parameter<Text>("text", "The template, at most 256 KiB."),
                Parameter<Fields>(
                    "values",
                    "The values by name: texts, numbers, booleans, lists and tables."
                ),
                Options<TemplateOptions>(),
                returns: "string: the text",
                immediate: { _, text, values, options in
                    guard text.utf8.count <= 256 << 10 else {
                        throw ArgumentProblem("at most 256 KiB expected")
                    }
                    return .string(try MustacheText(text).render(values, isHTML: options.html == true))
                }
            )
        }
        .documented(examples: templateExamples)
    }
}

/// The options of `template.render`.
struct TemplateOptions: OptionTable {
    var html: Bool?

    static let fields: [ParameterDescription] = [
        .absent(
            "html",
            "boolean",
            "Whether {{name}} escapes what HTML would take for markup; {{{name}}} never does. Default: false."
        )
    ]
}
