import LuaKit
public import PluginHost

extension Module {
    /// `yaml`: values as YAML.
    public static var yaml: Module {
        Module(
            "yaml",
            "Turns values into YAML and back, with the types of YAML 1.2: 'no' and 'on' are texts."
        ) {
            Function(
                "encode",
                "Answers a value as YAML, with sorted keys. An empty table becomes a list.",
                .pure,
                Parameter<Anything>("value", "Any value that has no function in it; nil is null."),
                returns: "string: the YAML",
                immediate: { _, value in .string(try YAMLWriter.text(of: value)) }
            )
            Function(
                "decode",
                "Answers the value of a YAML text with one document. Null becomes json.null. A tag says the type (!!str 1.10 is a text); one of an application, such as !secret, makes a text and is dropped. Aliases are refused: a few of them can stand for gigabytes.",
                .pure,
                Parameter<Text>("text", "The YAML, at most 1 MiB, nested at most 100 deep."),
                returns: "any: the value",
                immediate: { _, text in try YAMLReader.read(text) }
            )
        }
        .documented(examples: yamlExamples)
    }
}
