import Foundation
import LuaKit
import PluginHost

/// The options of `fs.read`.
struct ReadOptions: OptionTable {
    var maxBytes: OptionValue<ByteSize>?

    enum CodingKeys: String, CodingKey { case maxBytes = "max_bytes" }

    static let fields: [ParameterDescription] = [
        .absent("max_bytes", "size", "Raise 'too_large' for a longer file. Default: 8MiB; at most 64MiB.")
    ]
}

/// The options of `fs.write`.
struct WriteOptions: OptionTable {
    var mode: OptionValue<FileMode>?
    var parents: Bool?

    static let fields: [ParameterDescription] = [
        .absent(
            "mode",
            "string",
            "The permissions in octal digits, as \"0600\". Default: those of the file that is there, else \"0644\"."
        ),
        .absent("parents", "boolean", "Make missing folders. Default: false."),
    ]
}

/// The options of `fs.with_temporary_folder`.
struct TemporaryFolderOptions: OptionTable {
    var beneath: OptionValue<AbsolutePath>?
    var name: OptionValue<FolderName>?

    static let fields: [ParameterDescription] = [
        .absent("beneath", "path", "A folder that is there, in which to make it. Default: one of the site."),
        .absent(
            "name",
            "string",
            "With 'beneath': it is called NAME.moonkeep, so that each run has it in the same place; hold a lock where two runs may want it at a time. Default: a name of the run's own."
        ),
    ]
}

/// What a folder is called: 1 to 100 letters, digits, dots, dashes and underscores, of ASCII, with no dot first.
enum FolderName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> String {
        let name = try Text.read(value)
        let isName =
            (1...100).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard isName else {
            throw ArgumentProblem(
                "a name of letters, digits, dots, dashes and underscores expected, got \(value.shown)"
            )
        }
        return name
    }
}

/// The options of `fs.remove`.
struct RemoveOptions: OptionTable {
    var recursive: Bool?

    static let fields: [ParameterDescription] = [
        .absent("recursive", "boolean", "Remove a folder with all that is in it. Default: false.")
    ]
}

/// The options of what is not done twice without being asked for it.
struct UnknownOptions: OptionTable {
    var onUnknown: OptionValue<UnknownFate>?

    enum CodingKeys: String, CodingKey { case onUnknown = "on_unknown" }

    static let fields = [UnknownFate.field]
}

/// Permissions in octal digits.
enum FileMode: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> mode_t {
        guard let text = value.text, (3...4).contains(text.utf8.count), let mode = mode_t(text, radix: 8),
            mode <= 0o777
        else {
            throw LuaConversionError(
                "permissions in octal digits such as \"0640\" expected, got \(value.shown)"
            )
        }
        return mode
    }
}
