import BackupAPI
import PluginHost
import ScriptLibrary
import Testing

/// What help says of the modules that keep, tell and calculate.
@Suite struct ModuleDescriptionTests {
    static let modules: [Module] = [
        .restore(temporaryFolder: "/tmp"), .agent, .backup, .state, .notify(Notifiers()), .yaml, .csv,
        .template,
        .time, .schedule, .metrics(SiteMetrics(folder: nil, now: { .init(microseconds: 0) })),
    ]

    @Test(arguments: modules.map(\.name))
    func `each function and parameter is described`(name: String) throws {
        let module = try #require(Self.modules.first { $0.name == name })
        for function in module.functions {
            #expect(function.summary.hasSuffix("."), "\(name).\(function.name)")
            for parameter in function.parameters.flatMap({ [$0] + $0.options }) {
                #expect(parameter.summary.hasSuffix("."), "\(name).\(function.name) \(parameter.name)")
                #expect(!parameter.type.isEmpty, "\(name).\(function.name) \(parameter.name)")
            }
        }
    }

    @Test func `there is help on everything`() {
        let help = ModuleHelp(modules: Self.modules)
        for topic in help.topics { #expect(help.text(about: topic) != nil, "\(topic)") }
    }
}
