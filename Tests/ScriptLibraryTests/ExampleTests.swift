import Foundation
import LoopbackTesting
import LuaKit
import PluginHost
import ScriptLibrary
import Testing

/// The examples in the descriptions of the modules run, and what their functions answer is what the descriptions say.
@Suite(.timeLimit(.minutes(10))) struct ExampleTests {
    static let examples: [Example] = ExampleStage.describedModules.flatMap { module in
        let values = module.values.map { Example(module, $0.name, $0.example) }
        let functions = module.functions.map { Example(module, $0.name, $0.example, isFunction: true) }
        return values + functions
    }

    @Test func `everything is described`() {
        #expect(DocumentationCheck(modules: ExampleStage.describedModules).problems == [])
    }

    @Test(arguments: ExampleTests.examples)
    func `an example runs, and what is answered is as described`(example: Example) async throws {
        let answers = try await LoopbackServer.run({ ExampleStage.answer($0) }) { server in
            try await ExampleStage(server).answers(of: example.text)
        }
        let check = AnswerCheck(modules: ExampleStage.describedModules)
        let problems = answers.filter { !$0.isFreed }.flatMap { check.problems(in: $0.value, of: $0.name) }
        #expect(problems == [])
        let isCalled = answers.contains { $0.name == example.name }
        let isExpected = example.isFunction && !example.text.contains("if ")
        #expect(isCalled || !isExpected, "the example never comes to call \(example.name)")
    }

    /// The list is the one that `moonkeep help` shows, which the command's tests hold; a module's functions come with it.
    @Test func `the examples that run are those of all modules that scripts have`() {
        let names = """
            backup report log task lock run time json hooks plugin http shell fs secrets restore agent state schedule yaml csv \
            template notify mail metrics
            """
        let described = ExampleStage.describedModules.map(\.name)
        #expect(described.joined(separator: " ") == names, "add the module to ExampleStage.modules")
    }
}

/// An example of a function or a value.
struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let isFunction: Bool

    init(_ module: Module, _ member: String, _ text: String?, isFunction: Bool = false) {
        name = "\(module.name).\(member)"
        self.text = text ?? ""
        self.isFunction = isFunction
    }

    var testDescription: String { name }
}
