import Foundation
import LuaKit
import PluginHost
import Testing

@testable import ScriptTesting
@testable import moonkeep

/// Each public word of manifests, hooks and tests has help.
@Suite struct AuthorsHelpTests {
    private static var described: (module: Module, function: Function) { ScriptTester.described }

    private static let help = ModuleHelp(
        modules: Library.allModules(of: nil) + [described.module],
        globals: [described.function]
    )

    @Test func `each topic has help that begins with it`() {
        let topics = Self.help.topics
        for topic in ["manifest", "args", "needs", "permissions", "hooks", "expect", "test"] {
            #expect(topics.contains(topic), "\(topic)")
        }
        for topic in topics {
            #expect(Self.help.text(about: topic)?.hasPrefix(topic) == true, "\(topic)")
        }
    }

    @Test(arguments: [
        ("manifest", Manifest.described.fields + PluginManifest.described.fields),
        ("args", WorkflowArgument.described.fields),
        ("expect", TestDocumentation.expectation.fields),
        ("test", []),
    ])
    func `each field is explained`(topic: String, fields: [ParameterDescription]) throws {
        let text = try #require(Self.help.text(about: topic))
        for field in fields { #expect(text.contains("\n  \(field.name) "), "\(field.name)") }
        for field in fields { #expect(field.summary.hasSuffix("."), "\(field.name)") }
    }

    @Test func `each type of argument is explained`() throws {
        let text = try #require(Self.help.text(about: "args"))
        for type in ArgumentType.allCases { #expect(text.contains("\n  \(type.rawValue) "), "\(type)") }
    }

    @Test(arguments: HookEvent.all.map(\.name))
    func `each event is explained with its fields`(name: String) throws {
        let event = try #require(HookEvent.all.first { $0.name == name })
        let text = try #require(Self.help.text(about: name))
        for field in ["event", "run"] + event.fields.map(\.name) {
            #expect(text.contains("\n  \(field) "), "\(field)")
        }
        #expect(Self.help.text(about: "hooks")?.contains("\n  \(name) ") == true)
    }

    @Test(arguments: ["needs", "permissions"])
    func `each kind of permission is explained`(topic: String) throws {
        let text = try #require(Self.help.text(about: topic))
        for kind in Library.allModules(of: nil).permissionKinds {
            #expect(text.contains("\n  \(kind.name)"), "\(kind.name)")
            #expect(text.contains(kind.summary), "\(kind.name)")
        }
    }

    @Test func `what tests are written with is described as modules are`() {
        let modules = Library.allModules(of: nil) + [Self.described.module]
        #expect(DocumentationCheck(modules: modules).problems == [])
    }

    @Test func `the objects of tests have the members that are described`() {
        for (members, type) in [
            (Expectation.luaType.memberNames, "Expectation"), (TestClock.luaType.memberNames, "Clock"),
            (TestCalls.luaType.memberNames, "Calls"),
        ] {
            let described = TestDocumentation.types.first { $0.name == type }?.fields.map(\.name) ?? []
            #expect(Set(described) == Set(members), "\(type)")
        }
    }

    @Test func `what a run of a test answers is as described`() async throws {
        try await withSite { site in
            try site.write("print('hello') log.warn('look') error('no')", to: "a.lua")
            try site.write(
                "test.case('a', function() error(json.encode(test.run('a.lua'))) end)",
                to: "a_test.lua"
            )
            let output = try await site.moonkeep("test").output
            let fields = Set(TestDocumentation.types[0].fields.map(\.name))
            let start = try #require(output.firstIndex(of: "{"))
            let end = try #require(output[start...].lastIndex(of: "}"))
            let data = Data(output[start...end].utf8)
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let answer = Set(object.keys)
            #expect(answer.isSubset(of: fields), "\(answer.subtracting(fields))")
            #expect(answer.isSuperset(of: ["outcome", "error", "output", "log", "report", "starts"]))
        }
    }

    @Test func `a manifest is a class for editors, and so is what tests have`() async throws {
        try await withSite { site in
            try await site.moonkeep("types", "t")
            let types = try site.text("t/types.lua")
            for name in ["Manifest", "ManifestArgument", "PluginManifest"] {
                #expect(types.contains("\n---@class (exact) \(name)\n"), "\(name)")
            }
            #expect(types.contains("\n---@field run async fun(args: table): any "))
            let test = try site.text("t/test.lua")
            #expect(test.contains("\n---@class Expectation\n"))
            #expect(test.contains("\n---@field equals async fun(self: Expectation, expected: any) "))
            #expect(test.contains("\n---@return Expectation # "))
            #expect(test.contains("\nfunction expect(value, label) end\n"))
            #expect(test.contains("\nfunction test.run(script, args) end\n"))
        }
    }
}
