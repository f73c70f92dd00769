import PluginHost

extension LibraryDocumentation {
    /// The types that the descriptions of `fs` name.
    static let fileTypes: [TypeDescription] = [
        TypeDescription("FileStatus", "What is known of a file or folder.", record: statusFields),
        TypeDescription(
            "FolderEntry",
            "What a folder has.",
            record: [.field("name", "string", "Its name, without the folder's.")]
                + statusFields.map { field in
                    // Of what has gone meanwhile nothing more is known.
                    ["kind", "bytes"].contains(field.name)
                        ? field : .absent(field.name, field.type, field.summary)
                }
        ),
        TypeDescription(
            "DiskSpace",
            "The space of a file system.",
            record: [
                .field("free_bytes", "integer", "What the user can still use, in bytes."),
                .field("total_bytes", "integer", "All of it, in bytes."),
            ]
        ),
    ]

    private static let statusFields: [ParameterDescription] = [
        .field("kind", "\"file\" or \"folder\" or \"link\" or \"other\"", "What it is."),
        .field("bytes", "integer", "Its size."),
        .field("modified_at", "string", "When it was changed last: ISO 8601 in UTC."),
        .field("mode", "string", "Its permissions in octal digits, for example \"0644\"."),
    ]

    /// A short script for each function of `fs`.
    static let fileExamples = [
        "read": """
        local text = fs.read("/srv/data/notes.txt", { max_bytes = "64KiB" })
        log.info(#text .. " bytes")
        """,
        "write": """
        fs.write("/srv/out/status.json", json.encode({ ok = true }), { mode = "0640", parents = true })
        """,
        "append": """
        fs.append("/srv/data/notes.txt", "backed up at " .. time.now() .. "\\n", { on_unknown = "skip" })
        """,
        "list": """
        for _, entry in ipairs(fs.list("/srv/data")) do
          log.info(entry.name, { kind = entry.kind, bytes = entry.bytes })
        end
        """,
        "stat": """
        local status = fs.stat("/srv/data/notes.txt")
        log.info("changed at " .. status.modified_at)
        """,
        "exists": """
        if fs.exists("/srv/data/maintenance") then run.finish("skipped", "the site is in maintenance") end
        """,
        "hash": #"log.info("SHA-256 " .. fs.hash("/srv/data/notes.txt"))"#,
        "mkdir": #"fs.mkdir("/srv/out/dumps")"#,
        "remove": """
        local was_there = fs.remove("/srv/out/old", { recursive = true })
        log.info(was_there and "removed" or "nothing to remove")
        """,
        "rename": """
        fs.write("/srv/data/new.txt", "new")
        fs.rename("/srv/data/new.txt", "/srv/data/current.txt", { on_unknown = "retry" })
        """,
        "copy": #"fs.copy("/srv/data/notes.txt", "/srv/data/notes.bak")"#,
        "with_temporary_folder": """
        fs.with_temporary_folder(function(folder)
          fs.write(folder .. "/list.txt", "web-files\\n")
          log.info(fs.hash(folder .. "/list.txt"))
        end)
        """,
        "free": """
        local space = fs.free("/srv/data")
        if space.free_bytes < 1 << 20 then log.warn("the disk is full", { free_bytes = space.free_bytes }) end
        """,
    ]
}
