import LuaKit
import PluginHost
import Schedules

/// The name of a time zone.
enum ZoneName: ParameterKind {
    static var typeName: String { "zone" }

    static func read(_ value: LuaValue) throws -> Zone {
        let problem = ArgumentProblem(
            "the name of a time zone such as \"Europe/Zurich\" or \"UTC\" expected, got \(value.shown)"
        )
        guard let name = value.text else { throw problem }
        do {
            return try Zone(named: name)
        } catch {
            guard error.kind != .unknownName else { throw problem }
            throw ArgumentProblem("\(error.message). \(error.fix)")
        }
    }
}
