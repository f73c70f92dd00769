import PluginHost

extension Module {
    /// The types that the descriptions of `restore` name.
    static let restoreTypes: [TypeDescription] = [
        TypeDescription("restore", "A restore's id, or its record.", type: "string or Restore"),
        TypeDescription(
            "Restore",
            "A restore as of some moment.",
            record: [
                .field("id", "string", "Its id, a UUID."),
                .field("state", "state", "How far it is."),
                .absent("outcome", "outcome", "What came of it; absent while it runs."),
                .field("backup", "Reference", "What is restored."),
                .field("destination_agent", "Reference", "The host that writes the files."),
                .absent(
                    "destination_path",
                    "string",
                    "The folder below which they are written; absent for where they were."
                ),
                .field("overwrite_files", "boolean", "Whether files that are there are replaced."),
                .field("inclusions", "list of PathRule", "What is restored; empty for all."),
                .field("exclusions", "list of PathRule", "What is left out."),
                .absent("started_time", "string", "When it began to work: ISO 8601 in UTC."),
                .absent("ended_time", "string", "When it was over: ISO 8601 in UTC."),
                .field("errors", "ErrorSummary", "What went wrong."),
                .field("files_restored", "integer", "Files that were written."),
                .field("bytes_restored", "integer", "Bytes that were written."),
                .field("project_id", "string", "The project that it belongs to."),
                .field("links", "list of Link", "Where more is found of it."),
            ]
        ),
        TypeDescription(
            "BackupEntry",
            "What a folder in a backup has.",
            record: [
                .field("name", "string", "Its name."),
                .field("path", "string", "Its absolute path."),
                .field("type", "\"folder\" or \"file\" or \"link\"", "What it is."),
                .field("bytes", "integer", "Its size."),
            ]
        ),
        TypeDescription(
            "RestoreTest",
            "What a test restore found.",
            record: [
                .absent("restore", "string", "The restore's id."),
                .field("checked", "integer", "Files that were looked at."),
                .field("matched", "integer", "Files whose original was compared."),
                .field("bytes", "integer", "Bytes of all of them."),
                .field("missing", "list of strings", "The paths of files that were not there."),
                .field("changed", "list of strings", "The paths of files that were not the same."),
                .field("unreadable", "list of strings", "The paths of files that could not be read."),
                .field("files", "list of TestedFile", "All of them."),
            ]
        ),
        TypeDescription(
            "TestedFile",
            "A file of a test restore.",
            record: [
                .field("path", "string", "Its absolute path in the backup."),
                .field("bytes", "integer", "Its size."),
                .absent("sha256", "string", "64 hexadecimal digits; absent where it could not be read."),
                .field("matched", "boolean", "Whether its original was compared, and is the same."),
            ]
        ),
    ]

    /// A short script for each function of `restore`.
    static let restoreExamples = [
        "start": """
        local last = backup.run("web-files")
        local id = restore.start(last, { to = "/srv/out/restored", include = { "/srv/data" } })
        log.info("the restore has begun", { id = id })
        """,
        "wait": """
        local id = restore.start(backup.run("web-files"), { to = "/srv/out/restored" })
        log.info("it ended as " .. restore.wait(id, { timeout = "2h" }).state)
        """,
        "run": """
        local result = restore.run(backup.run("web-files"), { to = "/srv/out/restored", timeout = "2h" })
        log.info(result.files_restored .. " files")
        """,
        "status": """
        local id = restore.start(backup.run("web-files"), { to = "/srv/out/restored" })
        log.info("it is " .. restore.status(id).state)
        """,
        "stop": """
        local id = restore.start(backup.run("web-files"), { to = "/srv/out/restored" })
        if restore.status(id).state ~= "completed" then restore.stop(id) end
        """,
        "errors": """
        local id = restore.start(backup.run("web-files"), { to = "/srv/out/restored" })
        restore.wait(id)
        for _, item in ipairs(restore.errors(id).list) do log.warn(item.path) end
        """,
        "browse": """
        for _, entry in ipairs(restore.browse(backup.run("web-files"), "/srv")) do
          log.info(entry.path, { type = entry.type, bytes = entry.bytes })
        end
        """,
        "test": """
        local found = restore.test(backup.run("web-files"), { count = 5, max_bytes = "1GiB" })
        log.info(found.checked .. " files can be restored")
        """,
    ]
}
