extension StandardDocumentation {
    /// The types that the descriptions of `backup` name.
    static let backupTypes: [TypeDescription] =
        [
            TypeDescription("backup", "A backup's id, or its record.", type: "string or Backup"),
            TypeDescription(
                "configuration",
                "A configuration's id or name, or its record.",
                type: "string or Configuration"
            ),
            TypeDescription(
                "Backup",
                "A backup as of some moment.",
                record: [
                    .field("id", "string", "Its id, a UUID."),
                    .field("state", "state", "How far it is."),
                    .absent("outcome", "outcome", "What came of it; absent while it runs."),
                    .field("configuration", "Reference", "What was backed up."),
                    .field("agent", "Reference", "The host that did it."),
                    .absent("started_time", "string", "When it began to work: ISO 8601 in UTC."),
                    .absent("ended_time", "string", "When it was over: ISO 8601 in UTC."),
                    .absent("snapshot_id", "integer", "The number of its snapshot."),
                    .field("errors", "ErrorSummary", "What went wrong."),
                    .field("files_searched", "integer", "Files that were looked at."),
                    .field("files_backed_up", "integer", "Files that were new or changed."),
                    .field("bytes_searched", "integer", "Bytes that were looked at."),
                    .field("bytes_backed_up", "integer", "Bytes that were new."),
                    .field("bytes_in_db", "integer", "Bytes that it takes in the service's own database."),
                    .field("bandwidth_avg_bps", "integer", "Bits a second to the repository, on average."),
                    .field("restorable", "boolean", "Whether files can be restored from it."),
                    .field("project_id", "string", "The project that it belongs to."),
                    .field("links", "list of Link", "Where more is found of it."),
                    .absent("local", "LocalDetails", "What only this machine's own service knows."),
                ]
            ),
            TypeDescription(
                "ErrorSummary",
                "What went wrong, in short.",
                record: [
                    .field("count", "integer", "How many errors there are."),
                    .field("reason", "string", "Why it ended so; empty for no reason."),
                    .absent("diagnostics", "string", "What the program said that did it."),
                    .field("links", "list of Link", "Where the errors are found."),
                ]
            ),
            TypeDescription(
                "ErrorList",
                "What went wrong, file by file.",
                record: [
                    .field("count", "integer", "How many errors there are; the list may have fewer."),
                    .absent("reason", "string", "Why it ended so; empty for no reason."),
                    .absent("diagnostics", "string", "What the program said that did it."),
                    .field("list", "list of ErrorItem", "The errors that are known."),
                    .absent("links", "list of Link", "Where the errors are found."),
                ]
            ),
            TypeDescription(
                "ErrorItem",
                "What went wrong with one file.",
                record: [
                    .field("index", "integer", "Its number in the list."),
                    .field("path", "string", "The file's path."),
                    .field("type", "string", "What could not be done, in a word."),
                    .absent("description", "string", "What went wrong, in a sentence."),
                    .absent("exception", "table", "What the system said: code, description and details."),
                ]
            ),
            TypeDescription(
                "Reference",
                "What names another thing.",
                record: [
                    .field("id", "string", "Its id, a UUID."),
                    .field("links", "list of Link", "Where it is found."),
                ]
            ),
            TypeDescription(
                "Link",
                "Where something is found.",
                record: [.field("href", "string", "An address."), .field("rel", "string", "What is there.")]
            ),
            TypeDescription(
                "LocalDetails",
                "What this machine's own service knows of a backup.",
                record: [
                    .field("configuration_name", "string", "The configuration's name when it began."),
                    .field("created_time", "string", "When it was asked for: ISO 8601 in UTC."),
                    .absent("restic_snapshot_id", "string", "The id of restic's snapshot."),
                    .absent("restic_version", "string", "The version of restic that did it."),
                    .absent("exit_code", "integer", "The code that restic ended with."),
                    .absent("process_id", "integer", "The process that did it."),
                    .absent("key", "string", "The key of the step that started it."),
                ]
            ),
        ] + eventTypes + configurationTypes
}
