import BackupAPI

extension Permission {
    /// What whoever has the permission may do, for people: `runs the program 'pg_dump'`.
    public var words: String {
        let (isAll, subject) = (self.subject == "*", self.subject.printable)
        switch kind {
        case "backup": return Self.backupWords[subject] ?? "does '\(subject)' with backups"
        case "restore": return "restores files"
        case "fs:read": return isAll ? "reads all files" : "reads '\(subject)' and what is below"
        case "fs:write": return isAll ? "changes all files" : "changes '\(subject)' and what is below"
        case "http": return isAll ? "speaks to all addresses" : "speaks to \(subject)"
        case "lock": return isAll ? "holds locks" : "holds the lock '\(subject)'"
        case "mail": return isAll ? "sends e-mails to all addresses" : "sends e-mails to '\(subject)'"
        case "notify": return isAll ? "sends messages" : "sends messages to '\(subject)'"
        case "state": return "reads and changes what scripts share"
        case "secrets": return isAll ? "uses all secrets" : "uses the secret '\(subject)'"
        case "shell":
            let wanted = ProgramSubject(subject)
            let variables = wanted.variables.sorted().joined(separator: ", ")
            return isAll
                ? "runs all programs"
                : "runs the program '\(wanted.program)'"
                    + (variables.isEmpty ? "" : ", with the variables \(variables)")
        case "shell:sh": return "runs any text in a shell"
        default:
            let summary = Self.kinds.first { $0.name == kind }?.summary ?? kind
            return isAll ? summary : "\(summary): '\(subject)'"
        }
    }

    private static let backupWords = [
        "*": "does all that can be done with backups", "list": "lists backups", "start": "starts backups",
        "stop": "stops backups", "check": "checks the repository", "cleanup": "removes old backups",
    ]
}
