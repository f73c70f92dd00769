import LuaKit
import PluginHost
import RunJournal

extension ScriptLibrary {
    /// `fs`: files beneath the folders that a script was granted.
    var filesModule: Module {
        Module(
            "fs",
            "Reads and writes files beneath the folders that the script was granted ('fs:read:/srv', 'fs:write:/srv/out'). Paths are absolute. Symbolic links are followed as long as they stay beneath."
        ) {
            read
            write
            append
            list
            stat
            exists
            hash
            makeFolder
            remove
            rename
            copy
            withTemporaryFolder
            free
        }
        .documented(types: LibraryDocumentation.fileTypes, examples: LibraryDocumentation.fileExamples)
    }

    func files(_ run: RunContext) -> Files { Files(run: run, temporary: temporary, keeper: keeper) }

    private static let path = "An absolute path, for example \"/srv/data\"."
    private static let reading: [FunctionNeed] = [.text("fs:read:PATH")]
    private static let writing: [FunctionNeed] = [.text("fs:write:PATH")]
    private static let errors = ["permission_denied", "not_found", "refused", "storage"]

    private var read: Function {
        Function(
            "read",
            "Answers what is in a file. Where a secret stands in it, the answer has \"<secret NAME>\".",
            .step(.read),
            Parameter<AbsolutePath>("path", Self.path),
            Options<ReadOptions>(),
            returns: "string: the bytes",
            errors: Self.errors + ["too_large"],
            needs: Self.reading
        ) { [self] run, path, options in
            let limit = min(options.maxBytes?.value ?? 8 << 20, 64 << 20)
            return try await files(run).read(path, limit: limit)
        }
    }

    private var write: Function {
        Function(
            "write",
            "Writes a file, whole or not at all; it is on the disk when this answers.",
            .step(.effect),
            Parameter<AbsolutePath>("path", Self.path),
            Parameter<ByteText>("content", "The bytes."),
            Options<WriteOptions>(),
            errors: Self.errors,
            needs: Self.writing
        ) { [self] run, path, content, options in
            try files(run).write(path, content, mode: options.mode?.value, parents: options.parents == true)
            return .nil
        }
    }

    private var append: Function {
        Function(
            "append",
            "Adds to the end of a file, which is made if there is none.",
            .step(.effect),
            Parameter<AbsolutePath>("path", Self.path),
            Parameter<ByteText>("content", "The bytes."),
            Options<UnknownOptions>(),
            errors: Self.errors,
            needs: Self.writing
        ) { [self] run, path, content, _ in
            try files(run).append(path, content)
            return .nil
        }
        .recovering { UnknownFate.recovery($0.dropFirst(2).first) }
    }

    private var list: Function {
        Function(
            "list",
            "Answers what is in a folder, sorted by name. Where a secret stands in a name, it has \"<secret NAME>\".",
            .step(.read),
            Parameter<AbsolutePath>("path", Self.path),
            returns: "list of FolderEntry: what is in it",
            errors: Self.errors + ["too_large"],
            needs: Self.reading
        ) { [self] run, path in try await files(run).list(path) }
    }

    private var stat: Function {
        Function(
            "stat",
            "Answers what is known of a file or folder.",
            .step(.read),
            Parameter<AbsolutePath>("path", Self.path),
            returns: "FileStatus: what is known",
            errors: Self.errors,
            needs: Self.reading
        ) { [self] run, path in try files(run).status(path) }
    }

    private var exists: Function {
        Function(
            "exists",
            "Answers whether there is a file or folder.",
            .step(.read),
            Parameter<AbsolutePath>("path", Self.path),
            returns: "boolean: whether there is one",
            errors: ["permission_denied", "refused", "storage"],
            needs: Self.reading
        ) { [self] run, path in try files(run).exists(path) }
    }

    private var hash: Function {
        Function(
            "hash",
            "Answers the SHA-256 of what is in a file, of any length.",
            .step(.read),
            Parameter<AbsolutePath>("path", Self.path),
            returns: "string: 64 hexadecimal digits",
            errors: Self.errors,
            needs: Self.reading
        ) { [self] run, path in try await files(run).hash(path) }
    }

    private var makeFolder: Function {
        Function(
            "mkdir",
            "Makes a folder, and those above it; one that is there is left as it is.",
            .step(.effect),
            Parameter<AbsolutePath>("path", Self.path),
            errors: Self.errors,
            needs: Self.writing
        ) { [self] run, path in
            try files(run).makeFolder(path)
            return .nil
        }
    }

    private var remove: Function {
        Function(
            "remove",
            "Removes a file, a link or an empty folder.",
            .step(.effect),
            Parameter<AbsolutePath>("path", Self.path),
            Options<RemoveOptions>(),
            returns: "boolean: whether there was something",
            errors: Self.errors,
            needs: Self.writing
        ) { [self] run, path, options in
            .boolean(try await files(run).remove(path, recursive: options.recursive == true))
        }
    }

    private var rename: Function {
        Function(
            "rename",
            "Gives a file or folder another path on the same file system; a file that is there is replaced.",
            .step(.effect),
            Parameter<AbsolutePath>("path", Self.path),
            Parameter<AbsolutePath>("to", "The new path."),
            Options<UnknownOptions>(),
            errors: Self.errors,
            needs: Self.writing + [.text("fs:write:PATH", of: 1)]
        ) { [self] run, path, other, _ in
            try files(run).rename(path, to: other)
            return .nil
        }
        .recovering { UnknownFate.recovery($0.dropFirst(2).first) }
    }

    private var copy: Function {
        Function(
            "copy",
            "Copies a file with its permissions, whole or not at all.",
            .step(.effect),
            Parameter<AbsolutePath>("path", Self.path),
            Parameter<AbsolutePath>("to", "The path of the copy; a file that is there is replaced."),
            errors: Self.errors,
            needs: Self.reading + [.text("fs:write:PATH", of: 1)]
        ) { [self] run, path, other in
            try await files(run).copy(path, to: other)
            return .nil
        }
    }

    private var withTemporaryFolder: Function {
        Function(
            "with_temporary_folder",
            "Calls a function with the path of an empty folder, which the script may use without a permission. It is removed with all in it when the function ends, fails or is cancelled. A run that is interrupted keeps it until it goes on. With 'beneath', for which alone the permission is needed, it is below a folder of the script's choice: a backup whose configuration includes that folder has what is in it.",
            .composite,
            Options<TemporaryFolderOptions>(),
            Parameter<Callback>("fn", "Gets the path.", type: "function(path: string): any"),
            returns: "any: its first result",
            errors: ["permission_denied", "not_found", "refused", "storage"],
            needs: ["fs:write:PATH"]
        ) { [self] run, options, function in
            let base = try options.beneath.map { folder in
                do {
                    return try files(run).folder(folder.value)
                } catch let error as ScriptError {
                    // What makes the folder a plan does not do.
                    guard run.isPlan else { throw error }
                    return folder.value
                }
            }
            let name = options.name?.value
            guard name == nil || base != nil else {
                throw ArgumentProblem("name: it goes with 'beneath'").at(1)
            }
            let folders = base.map { TemporaryFolders(base: $0, name: name) } ?? temporary
            return try await run.provide(
                "fs.with_temporary_folder",
                [base, name].compactMap { $0.map { .string($0) } },
                planned: .string(folders.namedPath ?? folders.folder(of: run.id) + "/planned"),
                to: function,
                make: { .string(try folders.make(for: run.stepKey ?? "", of: run.id)) },
                remove: { try folders.remove($0.text ?? "") }
            )
        }
    }

    private var free: Function {
        Function(
            "free",
            "Answers how much space the file system of a path has.",
            .step(.read),
            Parameter<AbsolutePath>("path", Self.path),
            returns: "DiskSpace: the space",
            errors: Self.errors,
            needs: Self.reading
        ) { [self] run, path in try files(run).free(path) }
    }
}
