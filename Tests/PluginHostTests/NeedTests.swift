import BackupAPI
import LuaKit
import RunJournal
import Testing

@testable import PluginHost

/// What functions need to be allowed is said by their descriptions alone, and an embedder's own kinds are as good as ours.
struct NeedTests {
    private static let paper = Module(
        "paper",
        "Prints.",
        permissionKinds: [("paper", "prints on paper")]
    ) {
        Function(
            "print",
            "Prints a page.",
            .step(.effect),
            Parameter<Text>("size", "The paper's size."),
            errors: ["permission_denied"],
            needs: [.text("paper:SIZE")]
        ) { run, size in
            try run.require(Permission("paper", size))
            return .nil
        }
        Function(
            "feed",
            "Feeds a sheet.",
            .step(.effect),
            errors: ["permission_denied"],
            needs: ["paper:A4"]
        ) { _ in .nil }
    }

    private func kind(_ text: String, modules: [Module] = [paper]) async throws -> ScriptKind {
        try await Fixture(modules: modules).host.inspector.inspect(LuaSource(name: "a.lua", text: text))
    }

    private static let workflow = #"return { api = 1, needs = { "paper:A4" }, run = function() end }"#

    @Test func `a manifest asks for a kind that a module has`() async throws {
        guard case .workflow(let manifest) = try await kind(Self.workflow) else {
            Issue.record("no workflow")
            return
        }
        #expect(manifest.needs == [Permission("paper", "A4")])
    }

    @Test func `a kind that no module has is no permission`() async throws {
        let error = try await #require(throws: WorkflowError.self) {
            try await kind(Self.workflow, modules: [])
        }
        #expect(error.message == "the manifest's 'needs[1]': 'paper:A4' is no permission")
    }

    @Test func `what each call needs is granted or refused, without a word in the function`() async throws {
        let fixture = try Fixture(modules: [Self.paper])
        let source = LuaSource(name: "a.lua", text: "paper.feed()")
        let refused = try await fixture.host.run(source)
        #expect(refused.failure?.code == "permission_denied")
        #expect(refused.failure?.message == "the script may not do this: it has no permission 'paper:A4'")
        #expect(try fixture.step(0).state == .failed)
        let grant = ScriptGrant(script: "a.lua", needs: ["paper:A4"])
        #expect(try await fixture.host.granting(grant).run(source).outcome == .ok)
    }

    @Test func `a check reads off a call what it needs`() {
        let check = ScriptCheck(modules: [Self.paper], configurations: nil)
        let asked = ScriptRole.asking(for: [Permission("paper", "A4")])
        func findings(_ text: String) -> [String] {
            check.findings(in: LuaSource(name: "a.lua", text: text), as: asked).map(\.description)
        }
        #expect(
            findings("paper.print('A3')\npaper.feed()") == [
                "a.lua:1: 'paper.print' needs the permission 'paper:A3', which 'needs' does not ask for"
            ]
        )
        #expect(findings("paper.feed()") == [])
        #expect(
            findings("print('none')") == [
                "a.lua: note: the permission 'paper:A4' is asked for and not used"
            ]
        )
    }

    @Test(arguments: [
        ("print(1)", false), ("local function f() return 1 end f()", false),
        ("if x then f(function() return {} end) end", false), ("return {}", true),
        ("if x then return {} end", true), ("do local f = function() end return f end", true),
        ("repeat return 1 until true", true), ("for i = 1, 2 do if i then end end return i", true),
        ("-- return\nprint('return')", false), ("while true do return 1 end", true),
    ])
    func `only what a file itself returns makes it a workflow`(text: String, mayReturn: Bool) {
        #expect([ScriptToken](source: Array(text.utf8)).mayReturn == mayReturn)
    }
}
