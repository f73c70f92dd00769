import LuaKit
import PluginHost

/// A program with its arguments as scripts write it, with options beside them or not.
struct CommandLine: Sendable {
    let program: String
    let arguments: [String]

    /// Reads the elements of a list.
    init(_ items: [LuaValue]) throws {
        let texts = try items.enumerated().map { index, item in
            guard item.secret == nil else {
                throw LuaConversionError(
                    "argument \(index + 1) is a Secret, which all users of the machine could see; hand it over in 'env' or 'stdin'"
                )
            }
            guard let text = try? Text.read(item), !text.contains("\0") else {
                throw LuaConversionError(
                    "argument \(index + 1): text without NUL expected, got \(item.shape)"
                )
            }
            return text
        }
        guard let program = texts.first, !program.isEmpty else {
            throw LuaConversionError(
                "a list with a program and its arguments expected, as in { \"pg_dump\", \"app\" }"
            )
        }
        guard !program.contains("/") || program.hasPrefix("/") else {
            throw LuaConversionError(
                "a program's name or absolute path expected, got \"\(program.printable.prefix(60))\""
            )
        }
        self.program = program
        arguments = Array(texts.dropFirst())
    }

    /// What the script must be allowed to do.
    var permission: Permission {
        program == "sh" ? Permission("shell:sh", "*") : Permission("shell", program)
    }
}

/// A command line with the options that stand beside it.
struct Command: Sendable {
    let line: CommandLine
    let options: ShellOptions
}

/// The parameter of `shell.run`: `{ "pg_dump", "app", timeout = "30m" }`.
struct CommandParameter: FunctionParameter {
    let description = ParameterDescription(
        "command",
        "list of (string or number)",
        "The program and its arguments, each as it is: nothing is expanded. The options may stand beside them.",
        options: ShellOptions.fields
    )

    func read(_ value: LuaValue) throws -> Command {
        guard case .table(let table) = value else {
            throw LuaConversionError("a list with a program and its arguments expected, got \(value.shape)")
        }
        let options = try Options<ShellOptions>().read(
            .table(LuaTableValue(fields: table.fields, mark: .record))
        )
        return Command(line: try CommandLine(table.items), options: options)
    }
}
