import BackupAPI
import LuaKit
import PluginHost

/// The id of a restore, or its record.
enum RestoreReference: ParameterKind {
    static var typeName: String { "restore" }

    static func read(_ value: LuaValue) throws -> ResourceID<Restore> {
        ResourceID(try value.reference("a restore's id"))
    }
}

/// An absolute path.
enum RestorePath: ParameterKind {
    static var typeName: String { "path" }

    static func read(_ value: LuaValue) throws -> String {
        let path = try Text.read(value)
        guard path.hasPrefix("/"), !path.contains("\0") else {
            throw ArgumentProblem("an absolute path expected, got \(value.shown)")
        }
        return path
    }
}

/// A list of absolute paths, at most 1000.
enum PathList: ParameterKind {
    static var typeName: String { "list of paths" }

    static func read(_ value: LuaValue) throws -> [String] {
        if case .string = value { return [try RestorePath.read(value)] }
        guard case .table(let table) = value, table.fields.isEmpty else {
            throw ArgumentProblem("list of absolute paths expected, got \(value.shape)")
        }
        guard table.items.count <= 1_000 else { throw ArgumentProblem("at most 1000 paths expected") }
        return try table.items.map(RestorePath.read)
    }
}

/// The options of `restore.start`.
struct RestoreOptions: OptionTable {
    var to: OptionValue<RestorePath>?
    var overwrite: Bool?
    var include: OptionValue<PathList>?
    var exclude: OptionValue<PathList>?
    var agent: String?

    static let fields: [ParameterDescription] = [
        .absent(
            "to",
            "path",
            "The folder that the files are written below, with their full paths. Default: where they were."
        ),
        .absent("overwrite", "boolean", "Whether files that are there are replaced. Default: false."),
        .absent(
            "include",
            "list of paths",
            "What to restore: files and folders of the backup. Default: all."
        ),
        .absent("exclude", "list of paths", "What to leave out of it. Default: nothing."),
        .absent("agent", "string", "The id of the agent that writes the files. Default: the backup's own."),
    ]

    /// The options as the journal keeps them.
    var luaValue: LuaValue {
        .record([
            "to": to.map { .string($0.value) } ?? .nil,
            "overwrite": overwrite.map(LuaValue.boolean) ?? .nil,
            "include": include.map { .array($0.value.map(LuaValue.string)) } ?? .nil,
            "exclude": exclude.map { .array($0.value.map(LuaValue.string)) } ?? .nil,
            "agent": agent.map(LuaValue.string) ?? .nil,
        ])
    }
}

/// The options of `restore.run`.
struct RestoreRunOptions: OptionTable {
    var start = RestoreOptions()
    var wait = RestoreWaitOptions()

    static let fields = RestoreOptions.fields + RestoreWaitOptions.fields

    init() {}

    init(from decoder: any Decoder) throws {
        start = try RestoreOptions(from: decoder)
        wait = try RestoreWaitOptions(from: decoder)
    }
}

/// The options of `restore.wait`.
struct RestoreWaitOptions: OptionTable {
    var timeout: OptionValue<TimeSpan>?

    static let fields: [ParameterDescription] = [
        .absent("timeout", "duration", "Raise 'timed_out' after so long; the restore goes on. Default: none.")
    ]
}

/// The options of `restore.test`.
struct RestoreTestOptions: OptionTable {
    var count: Int?
    var maxBytes: OptionValue<ByteSize>?
    var seed: OptionValue<Text>?
    var timeout: OptionValue<TimeSpan>?

    static let fields: [ParameterDescription] = [
        .absent("count", "integer", "How many files, 1 to 1000. Default: 20."),
        .absent("max_bytes", "size", "How much at most, in bytes or as \"2GiB\". Default: 256MiB."),
        .absent(
            "seed",
            "string",
            "Chooses the files: the same seed, the same files. Default: the backup's id."
        ),
        .absent("timeout", "duration", "Raise 'timed_out' after so long. Default: 2h."),
    ]

    private enum CodingKeys: String, CodingKey {
        case count
        case maxBytes = "max_bytes"
        case seed, timeout
    }
}
