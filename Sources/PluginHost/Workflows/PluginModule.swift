import BackupAPI
import LuaKit

extension Module {
    /// `plugin`: what the site says to its plugins.
    static var plugin: Module {
        Module("plugin", "Gives a plugin the settings that the site file has for it.") {
            Function(
                "settings",
                """
                Answers the settings of a plugin, by name: those that 'plugins' in moonkeep.yaml has for it, each of its type, and the \
                defaults of all others. It can be called while the plugin is loaded; the table of declarations belongs into \
                the plugin's manifest too, as 'settings', so that 'moonkeep plugins NAME' shows them. A run that is resumed goes on \
                with the settings that it had.
                """,
                .pure,
                Parameter<Text>("name", "The plugin's name, which is its folder's."),
                Parameter<Anything>(
                    "declared",
                    "The settings that there are, each a table as those of a workflow's 'args': a list of them, or by name.",
                    type: "list of ManifestArgument or table of ManifestArgument"
                ),
                returns: "table: the settings by name",
                immediate: { run, name, declared in
                    let table = LuaTableValue(fields: [.string(PluginManifest.settingsField): declared])
                    let reader = ManifestReader(table, script: run.script)
                    let settings = try reader.arguments(PluginManifest.settingsField)
                    return try PluginSettings.of(run).values(of: name, in: run.environment).completed(
                        by: settings,
                        name
                    )
                }
            )
        }
        .documented(examples: [
            "settings": """
            local SETTINGS = {
              server = { type = "string", default = "https://ntfy.sh", help = "The server." },
            }
            local settings = plugin.settings("ntfy", SETTINGS)
            log.debug("the server is " .. settings.server)
            """
        ])
    }
}

extension LuaValue {
    /// The values that are given for some settings, each of its type, with the defaults of the others. Throws
    /// `ArgumentProblem` for one that is unknown, missing or no value of its type.
    fileprivate func completed(by settings: [WorkflowArgument], _ plugin: String) throws -> LuaValue {
        let place = "'plugins: {\(plugin): …}' of the site file"
        let given: [LuaValue: LuaValue] = if case .table(let table) = self { table.fields } else { [:] }
        let names = settings.map(\.name)
        if let unknown = given.keys.map(\.textForPeople).filter({ !names.contains($0) }).min() {
            let hint =
                names.nearest(to: unknown).map { "did you mean '\($0)'?" }
                ?? (names.isEmpty
                    ? "the plugin has no settings" : "known are: \(names.joined(separator: ", "))")
            throw ArgumentProblem("\(place): there is no setting '\(unknown.printable)'; \(hint)").at(2)
        }
        var values: [LuaValue: LuaValue] = [:]
        for setting in settings {
            let value = given[.string(setting.name)] ?? setting.defaultValue
            guard value != .nil else {
                guard !setting.isRequired else {
                    throw ArgumentProblem("\(place): the setting '\(setting.name)' is missing").at(2)
                }
                continue
            }
            do {
                values[.string(setting.name)] = try setting.read(value)
            } catch let problem as ArgumentProblem {
                throw ArgumentProblem("\(place): '\(setting.name)': \(problem.problem)").at(2)
            }
        }
        return .table(LuaTableValue(fields: values, mark: .record))
    }
}
