import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// An embedder's own error.
private struct OutOfPaper: LuaErrorConvertible {
    var luaMessage: String { "the printer has no paper" }
    var luaFields: [String: LuaValue] {
        ["code": "no_paper", "message": .string(luaMessage), "fix": "Put some in.", "tray": 2]
    }
}

/// An embedder's own kind of argument.
private enum PaperSize: ParameterKind {
    static var typeName: String { "paper size" }

    static func read(_ value: LuaValue) throws -> String {
        guard let text = value.text, text.hasPrefix("A") else {
            throw LuaConversionError("a paper size expected")
        }
        return text
    }
}

private struct PrintOptions: OptionTable {
    var copies: Int?

    static let fields = [ParameterDescription("copies", "integer", "How many. Default: 1.", isOptional: true)]
}

extension Module {
    fileprivate static let printer = Module(
        "printer",
        "Prints.",
        values: [Value("trays", "integer: how many there are") { _ in 3 }]
    ) {
        Function(
            "print",
            "Prints a text on paper.",
            .step(.effect),
            Parameter<Text>("text", "What is printed."),
            OptionalParameter<PaperSize>("size", "The paper. Default: A4."),
            Options<PrintOptions>(),
            returns: "string: what was printed"
        ) { run, text, size, options in
            if text == "too much" { throw OutOfPaper() }
            return .string("\(run.id): \(options.copies ?? 1) x \(text) on \(size ?? "A4")")
        }
        Function("jam", "Gives up.", .pure, immediate: { _ in throw CancellationError() })
        Function("check", "Tells whether there is paper.", .step(.read), immediate: { _ in true })
    }
}

@Suite(.timeLimit(.minutes(5))) struct ModuleTests {
    private func makeFixture() throws -> Fixture { try Fixture(modules: [.printer]) }

    @Test func `an embedder's module is there like any other`() async throws {
        let fixture = try makeFixture()
        let values = try await fixture.values(
            "return printer.print('x'), require('printer').print('y', 'A3', { copies = 2 }), printer.trays"
        )
        #expect(values == ["r1: 1 x x on A4", "r1: 2 x y on A3", 3])
        #expect(try fixture.journal.stepLines == ["effect printer.print done", "effect printer.print done"])
    }

    @Test(arguments: [
        ("printer.print()", "bad argument #1 to 'printer.print': string expected, got nil"),
        ("printer.print('x', 'B5')", "bad argument #2 to 'printer.print': a paper size expected"),
        (
            "printer.print('x', nil, { copeis = 1 })",
            "bad argument #3 to 'printer.print': there is no option 'copeis'; did you mean 'copies'?"
        ),
        (
            "printer.print('x', nil, { copies = 'two' })",
            "bad argument #3 to 'printer.print': copies: integer expected, got string"
        ),
        ("printer.prnt('x')", "module 'printer' has no 'prnt'; did you mean 'print'?"),
        ("printer.print('too much')", "the printer has no paper. Put some in."),
        ("pritner.print('x')", "attempt to index a nil value (global 'pritner'). Did you mean 'printer'?"),
    ])
    func `its errors are like those of any other`(call: String, message: String) async throws {
        #expect(try await makeFixture().failure(call) == "test.lua:1: " + message)
    }

    @Test func `its own error reaches the script, the failure and the journal`() async throws {
        let fixture = try makeFixture()
        let result = try await fixture.run(
            "local _, e = pcall(printer.print, 'too much') log.info(e.tray) error(e)"
        )
        #expect(result.failure?.code == "no_paper")
        #expect(fixture.lines.dropFirst().first == "log info 2 {}")
        #expect(
            (try fixture.step(0)).error
                == #"{"$raised":{"fields":{"code":"no_paper","fix":"Put some in.","message":"the printer has no paper","tray":2},"text":"the printer has no paper"}}"#
        )
    }

    @Test func `a cancellation that nobody asked for is a failure`() async throws {
        let result = try await makeFixture().run("printer.jam()")
        #expect(result.status == .failed)
        #expect(result.outcome == .failed)
        #expect(result.failure?.description == "test.lua:1: cancelled")
    }

    @Test func `a step that answers at once is journaled too`() async throws {
        let fixture = try makeFixture()
        #expect(try await fixture.values("return printer.check()") == [true])
        #expect(try fixture.journal.stepLines == ["read printer.check done"])
    }

    @Test func `it is in the host's modules, help and check`() throws {
        let modules = try makeFixture().host.modules
        #expect(
            modules.map(\.name) == [
                "backup", "report", "log", "task", "lock", "run", "time", "json", "hooks", "plugin",
                "printer",
            ]
        )
        #expect(
            ModuleHelp(modules: modules).text(about: "printer") == """
                printer

                Prints.

                  printer.trays                           integer: how many there are
                  printer.print(text, [size], [options])  Prints a text on paper.
                  printer.jam()                           Gives up.
                  printer.check()                         Tells whether there is paper.
                """
        )
        let check = ScriptCheck(modules: modules, configurations: nil)
        #expect(check.findings(in: LuaSource(name: "a.lua", text: "printer.print('x')")).isEmpty)
    }

    @Test func `arguments that do not fit in memory are an error before the run begins`() async throws {
        let fixture = try Fixture()
        let text = LuaValue.string(String(repeating: "x", count: 4 << 20))
        let error = await #expect(throws: LuaError.self) {
            try await fixture.run("", arguments: .array([text]), limits: LuaLimits(memoryBytes: 1 << 20))
        }
        #expect(error?.code == .memoryLimit)
        #expect(try fixture.journal.allRuns.isEmpty)
    }
}
