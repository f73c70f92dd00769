import PluginHost
import Testing

/// How types are written.
@Suite struct TypeExpressionTests {
    @Test(arguments: [
        ("string", TypeExpression.name("string")),
        ("list of strings", .list(.name("string"))),
        ("list of Progress", .list(.name("Progress"))),
        ("list of lists", .list(.name("list"))),
        ("list", .name("list")),
        ("table of any", .table(.name("any"))),
        ("table of (string or number)", .table(.either([.name("string"), .name("number")]))),
        ("iterator of Progress", .iterator(.name("Progress"))),
        (#""a b" or "c""#, .either([.literal("a b"), .literal("c")])),
        ("function", .name("function")),
        ("function()", .function([], nil)),
        (
            "function(item: any, n: integer): (string or nil)",
            .function(
                [.init(name: "item", type: .name("any")), .init(name: "n", type: .name("integer"))],
                .either([.name("string"), .name("nil")])
            )
        ),
        ("  duration  or TimeStep ", .either([.name("duration"), .name("TimeStep")])),
    ])
    func `a type is read`(text: String, type: TypeExpression) {
        #expect(TypeExpression(text) == type)
    }

    @Test(arguments: [
        "", "or", "string or", "list of", "(string", "string)", "a b", "function(x)", "function(x: )",
        "\"open",
        "table of", "{}", "list of (", "function(a: any b: any)", ",",
    ])
    func `what is no type is refused`(text: String) {
        #expect(TypeExpression(text) == nil)
    }

    @Test func `its names are those of all its parts`() {
        let type = TypeExpression("function(a: list of Backup, b: \"x\"): iterator of Event or nil")
        #expect(type?.names == ["Backup", "Event"] || type?.names == ["Backup", "Event", "nil"])
    }
}
