import LuaKit
import PluginHost

/// The options of `shell.run` and `shell.sh`.
struct ShellOptions: OptionTable {
    var stdin: OptionValue<SecretText>?
    var stdout: OptionValue<AbsolutePath>?
    var env: OptionValue<VariableTable>?
    var cwd: OptionValue<AbsolutePath>?
    var user: String?
    var timeout: OptionValue<TimeSpan>?
    var maxOutput: OptionValue<ByteSize>?
    var ok: OptionValue<ExitCodes>?
    var onUnknown: OptionValue<UnknownFate>?
    var onRunning: OptionValue<RunningFate>?

    enum CodingKeys: String, CodingKey {
        case stdin, stdout, env, cwd, user, timeout, ok
        case maxOutput = "max_output"
        case onUnknown = "on_unknown"
        case onRunning = "on_running"
    }

    static let fields = [
        option("stdin", "string or Secret", "What the program reads. Default: nothing."),
        option(
            "stdout",
            "path",
            "Writes the output to this file, whole or, when the call fails, not at all; needs 'fs:write'. Secrets in it stay as they are. Default: answers it."
        ),
        option(
            "env",
            "table of (string or number or Secret)",
            "Variables by name, which the permission must name: 'shell:PROGRAM:env=NAME,NAME'. LANG, LANGUAGE, LC_… and TZ need none. Default: none but PATH, LANG, HOME and TZ, which are always there."
        ),
        option("cwd", "path", "The working folder; needs 'fs:read' or 'fs:write'. Default: /."),
        option(
            "user",
            "string",
            "The user to run it as; only where Moonkeep runs as root. Default: Moonkeep's own."
        ),
        option("timeout", "duration", "End it after so long: SIGTERM, 5 s later SIGKILL. Default: 1d."),
        option("max_output", "size", "End it when it answers more. Default: 8MiB; at most 32MiB."),
        option("ok", "integer or list of integers", "The exit codes that are no failure. Default: {0}."),
        UnknownFate.field,
        RunningFate.field,
    ]

    private static func option(_ name: String, _ type: String, _ summary: String) -> ParameterDescription {
        ParameterDescription(name, type, summary, isOptional: true)
    }
}

/// A text of any bytes, or a secret.
enum SecretText: ParameterKind {
    /// Read when it is used.
    enum Source: Sendable {
        case plain([UInt8])
        case secret(Secret)

        func bytes() async throws -> [UInt8] {
            switch self {
            case .plain(let bytes): bytes
            case .secret(let secret): try await secret.reveal()
            }
        }
    }

    static var typeName: String { "string or Secret" }

    static func read(_ value: LuaValue) throws -> Source {
        if let secret = value.secret { return .secret(secret) }
        guard case .string(let bytes) = value else {
            throw LuaConversionError("string or Secret expected, got \(value.shape)")
        }
        return .plain(bytes.bytes)
    }
}

/// Variables of a program: names, and texts, numbers or secrets.
enum VariableTable: ParameterKind {
    static var typeName: String { "table" }

    /// Variables by which whoever sets them runs other code than the program's.
    private static let loaders: Set<String> = [
        "PATH", "BASH_ENV", "ENV", "GCONV_PATH", "GLIBC_TUNABLES", "IFS",
    ]

    static func read(_ value: LuaValue) throws -> [String: SecretText.Source] {
        guard case .table(let table) = value, table.items.isEmpty else {
            throw LuaConversionError("table with names expected, got \(value.shape)")
        }
        var variables: [String: SecretText.Source] = [:]
        for (key, value) in table.fields {
            guard let name = key.text, isName(name) else {
                throw LuaConversionError("a variable's name expected, got \(key.shown)")
            }
            guard !loaders.contains(name), !name.hasPrefix("LD_"), !name.hasPrefix("DYLD_") else {
                throw LuaConversionError(
                    "'\(name)' cannot be set: with it a program runs other code than its own; use shell.sh if that is wanted"
                )
            }
            variables[name] = try source(of: value, named: name)
        }
        return variables
    }

    private static func source(of value: LuaValue, named name: String) throws -> SecretText.Source {
        if let secret = value.secret { return .secret(secret) }
        guard let text = try? Text.read(value), !text.contains("\0") else {
            throw LuaConversionError("\(name): text without NUL or Secret expected, got \(value.shape)")
        }
        return .plain(Array(text.utf8))
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else {
            return false
        }
        return name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil)
        }
    }
}

/// Exit codes that are no failure.
enum ExitCodes: ParameterKind {
    static var typeName: String { "list of integers" }

    static func read(_ value: LuaValue) throws -> Set<Int> {
        let items: [LuaValue] =
            switch value {
            case .table(let table) where table.fields.isEmpty && !table.items.isEmpty: table.items
            default: [value]
            }
        return Set(
            try items.map { item in
                guard case .integer(let code) = item, (0...255).contains(code) else {
                    throw LuaConversionError("exit codes from 0 to 255 expected, got \(item.shown)")
                }
                return Int(code)
            }
        )
    }
}
