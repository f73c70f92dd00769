// Who embeds the host writes back ends, reads records and opens a journal: with this import they have the words for it.
@_exported public import BackupAPI
@_exported public import RunJournal
