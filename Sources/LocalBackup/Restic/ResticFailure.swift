package import BackupAPI

/// Why restic made no snapshot: a word for machines and a sentence for people.
package struct ResticFailure: Error, Equatable, Sendable {
    /// A code's name of `BackupError` where one fits, else a word of the local service.
    package var reason: String
    /// What failed, then what to do.
    package var diagnostics: String

    package init(reason: String, diagnostics: String) {
        self.reason = reason
        self.diagnostics = diagnostics
    }

    package init(_ error: BackupError) {
        self.init(reason: error.code.description, diagnostics: error.description)
    }
}

extension ResticFailure {
    /// Where restic was working, for its messages.
    package struct Place: Sendable {
        /// The repository, without secrets.
        package var repository: String
        /// The password file's path.
        package var passwordFile: String
        /// What restic was doing: a backup, a restore or a cleanup.
        package var activity: String

        package init(repository: String, passwordFile: String, activity: String = "backup") {
            self.repository = repository.redacted
            self.passwordFile = passwordFile
            self.activity = activity
        }
    }

    /// Reads the cause from the exit code (0.17 and newer) or from the words (older).
    package init(exitCode: Int?, words: [String], place: Place) {
        let text = words.joined(separator: " ").redacted
        let repository = "repository '\(place.repository)'"
        if exitCode == 12 || text.contains("wrong password or no key found") {
            self.init(
                reason: "wrong_password",
                diagnostics: "the password in '\(place.passwordFile)' does not open \(repository). "
                    + "Put the repository's password into that file."
            )
        } else if text.contains("Resolving password failed")
            || text.contains("empty password is not a password")
        {
            self.init(
                reason: "wrong_password",
                diagnostics: "no password can be read from '\(place.passwordFile)'. "
                    + "Put the repository's password into that file."
            )
        } else if exitCode == 11 || text.contains("is already locked") {
            self.init(
                reason: "repository_locked",
                diagnostics: "\(repository) is locked: \(text). "
                    + "Start the \(place.activity) again when the other restic has ended."
            )
        } else if exitCode == 10 || text.contains("Is there a repository at the following location?") {
            self.init(
                reason: "repository_missing",
                diagnostics: "there is no \(repository). Check its address, and that its disk is mounted."
            )
        } else if text.contains("no space left on device") || text.contains("disk quota exceeded") {
            self.init(
                reason: "disk_full",
                diagnostics: "there is no space left while writing \(repository): \(text). "
                    + "Free some space, then start the \(place.activity) again."
            )
        } else {
            self.init(unclassified: text, exitCode: exitCode, place: place)
        }
    }

    private init(unclassified text: String, exitCode: Int?, place: Place) {
        let words = text.isEmpty ? "it said nothing" : text
        switch exitCode {
        case nil:
            self.init(
                reason: "host_died",
                diagnostics: "restic was killed, or its host went down, before it could end: \(words). "
                    + place.advice
            )
        case 0:
            self.init(reason: "restic_failed", diagnostics: "restic ended without a summary: \(words)")
        case 130, 143:
            self.init(
                reason: "interrupted",
                diagnostics: "restic was interrupted by a signal that is not from here: \(words)"
            )
        case let code?:
            self.init(reason: "restic_failed", diagnostics: "restic failed with exit code \(code): \(words)")
        }
    }
}

extension ResticFailure.Place {
    /// What to do after restic was killed.
    fileprivate var advice: String {
        switch activity {
        case "backup": "Start the backup again; what is in the repository already is not sent twice."
        case "restore": "Look at what was restored, then start the restore again."
        default: "Start the \(activity) again."
        }
    }
}
