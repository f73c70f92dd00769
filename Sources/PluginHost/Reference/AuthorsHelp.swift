/// The help of what authors write beside calls: manifests, their arguments, and permissions; from what reads them.
struct AuthorsHelp: Sendable {
    let modules: [Module]

    static let topics = ["manifest", "args", "needs", "permissions"]

    /// The help on a topic; `nil` where it is none of these.
    func text(about topic: String) -> String? {
        switch topic {
        case "manifest": manifest
        case "args": arguments
        case "needs", "permissions": permissions(topic)
        default: nil
        }
    }

    private var manifest: String {
        """
        manifest

        What a script says of itself: the table that its file returns. A file that returns a table with 'run' is a workflow; the \
        'plugin.lua' of a folder in 'plugins' is a plugin. Loading a file does nothing: host functions are called in 'run' and in \
        a plugin's functions.

        Fields of a workflow:
        \(Self.table(Manifest.described.fields.map(Self.row)))

        Example of a workflow:
        \(Self.code(Manifest.example))

        Fields of a plugin:
        \(Self.table(PluginManifest.described.fields.map(Self.row)))

        Example of a plugin:
        \(Self.code(PluginManifest.example))

        'moonkeep check' finds mistakes in manifests; in editors, which 'moonkeep types' tells of them, they are the classes \
        Manifest and PluginManifest.
        """
    }

    private var arguments: String {
        """
        args

        The arguments that a workflow takes, in its manifest: a list of tables with a name each, or a table by their names. \
        'moonkeep run FILE --help' shows them; the command line gives them as --name value or --name=value, with '-' for each '_'. \
        'run' gets a table by name.

        Fields of an argument:
        \(Self.table(WorkflowArgument.described.fields.map(Self.row)))

        Types:
        \(Self.table(ArgumentType.allCases.map { ["  " + $0.rawValue, $0.summary] }))

        Example:
        \(Self.code(Manifest.example.lines.dropFirst(4).prefix(4).joined(separator: "\n")))
        """
    }

    private func permissions(_ topic: String) -> String {
        let standard = Permissions.standard.granted.map { ["  \($0)", $0.words] }.sorted { $0[0] < $1[0] }
        let rows = modules.permissionKinds.flatMap { kind in
            needs(of: kind.name).map { ["  " + $0.text, kind.summary, $0.functions.joined(separator: ", ")] }
        }
        return """
            \(topic)

            What a workflow or a plugin asks to be allowed, in the 'needs' of its manifest: a list of texts KIND:SUBJECT. A person \
            grants it with 'moonkeep allow FILE'; a script that asks for more later is asked about again. A script that returns no \
            manifest may do what every script may.

            Every script may:
            \(Self.table(standard))

            What can be asked for, and the functions that need it:
            \(Self.table(rows))

            A subject that ends in '*' covers all that begin so, and '*' alone all of its kind. A folder covers what is below it, \
            an address all of its paths, and a notifier its addresses: notify:email covers notify:email:ops@example.com. \
            shell:pg_dump:env=PGHOST,PGPASSWORD lets the program have these variables.

            Example:
              needs = { "shell:pg_dump:env=PGPASSWORD", "fs:write:/srv/dumps", "notify:email" }
            """
    }

    /// The forms in which functions need a kind, each with those that do.
    private func needs(of kind: String) -> [(text: String, functions: [String])] {
        var found: [(text: String, functions: [String])] = []
        for module in modules {
            for function in module.functions {
                for need in function.needs where Permission.parts(of: need.text).kind == kind {
                    let name = "\(module.name).\(function.name)"
                    guard let index = found.firstIndex(where: { $0.text == need.text }) else {
                        found.append((need.text, [name]))
                        continue
                    }
                    if !found[index].functions.contains(name) { found[index].functions.append(name) }
                }
            }
        }
        return found.isEmpty ? [(kind + ":…", [])] : found
    }

    private static func row(_ field: ParameterDescription) -> [String] { field.row(indent: "  ") }

    private static func table(_ rows: [[String]]) -> String {
        TextTable(columns: [], rows: rows).lines().joined(separator: "\n")
    }

    private static func code(_ text: String) -> String {
        text.lines.map { $0.isEmpty ? "" : "  " + $0 }.joined(separator: "\n")
    }
}
