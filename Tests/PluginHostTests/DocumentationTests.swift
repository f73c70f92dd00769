import LuaKit
import PluginHost
import Testing

private struct LooseOptions: OptionTable {
    var copies: Int?

    static let fields = [ParameterDescription("copies", "integer", "How many.", isOptional: true)]
}

extension Module {
    fileprivate static let loose = Module(
        "loose",
        "no sentence",
        values: [Value("trays", "integr: how many there are") { _ in 3 }]
    ) {
        Function(
            "print",
            "Prints a text.",
            .pure,
            Parameter<Text>("text", ""),
            Options<LooseOptions>(),
            returns: "Sheet: what was printed",
            errors: ["permission_denied"],
            needs: ["paper:A4"],
            immediate: { _, _, _ in .nil }
        )
        Function("jam", "Gives up.", .pure, immediate: { _ in .nil }).example("print('nothing')")
        Function("count", "Counts.", .pure, returns: "list of", needs: ["lock:*"], immediate: { _ in .nil })
            .example("loose.count()")
    }
    .documented(examples: ["pritn": "loose.print('x')"])
}

/// What a description must have.
@Suite struct DocumentationTests {
    @Test func `the modules of every host are described`() {
        #expect(DocumentationCheck(modules: PluginHost.standardModules).problems == [])
    }

    @Test func `what is missing is named, with what to do`() {
        #expect(
            DocumentationCheck(modules: [.loose]).problems == [
                "the module 'loose' is not described: write a sentence that ends with a full stop",
                "the type 'integr' of the result of 'loose.trays' is not described: "
                    + "add a TypeDescription to the module's 'documented(types:)'",
                "'loose.trays' has no example that uses it: add one to the module's 'documented(examples:)'",
                "'text' of 'loose.print' is not described: write a sentence that ends with a full stop",
                "the option 'copies' of 'loose.print' does not say what holds without it: "
                    + "add \"Default: …\" to its text",
                "the type 'Sheet' of the result of 'loose.print' is not described: "
                    + "add a TypeDescription to the module's 'documented(types:)'",
                "'loose.print' needs 'paper:A4', which is no permission: see Permission.kinds",
                "'loose.print' has no example that uses it: add one to the module's 'documented(examples:)'",
                "'loose.jam' has no example that uses it: add one to the module's 'documented(examples:)'",
                "the type 'list of' of the result of 'loose.count' cannot be read: see TypeExpression",
                "'loose.count' does not say what it answers: write \"type: what it is\", without a full stop",
                "'loose.count' names a permission and not the error 'permission_denied', or the reverse: give both",
                "'loose' has an example of 'pritn', which it does not have: remove it",
            ]
        )
    }

    @Test(arguments: [
        ("string", LuaValue.nil, "'odd.f' is nil, not string as described"),
        ("list of strings", .array(["a", 1]), "an item of 'odd.f' is integer, not string as described"),
        (
            "Pair", .record(["one": 1, "tow": 2]),
            "'odd.f' has 'tow', which 'Pair' does not describe; 'two' of 'odd.f', a Pair, is nil, not integer as described"
        ),
        ("Pair", .record(["one": 1, "two": 2, "three": "x"]), ""),
        ("Pair or nil", .nil, ""),
        ("\"a\" or \"b\"", "c", "'odd.f' is string, not \"a\" or \"b\" as described"),
        (nil, 1, "'odd.f' answers integer, which its description does not say: add 'returns:'"),
    ])
    func `an answer is compared with its description`(type: String?, answer: LuaValue, problems: String) {
        let module = Module("odd", "Is odd.") {
            Function("f", "Does.", .pure, returns: type.map { $0 + ": it" }, immediate: { _ in .nil })
        }
        .documented(types: [
            TypeDescription(
                "Pair",
                "Two.",
                record: [
                    .field("one", "integer", "One."), .field("two", "integer", "Two."),
                    .absent("three", "string", "Three."),
                ]
            )
        ])
        let found = AnswerCheck(modules: [module]).problems(in: answer, of: "odd.f")
        #expect(found.joined(separator: "; ") == problems)
    }
}
