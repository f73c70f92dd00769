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
        /// What is secret in the repository's address.
        let secrets: AddressSecrets
        /// Where the password comes from.
        let password: RepositorySettings.Password
        /// What restic was doing: a backup, a restore or a cleanup.
        package var activity: String

        package init(repository: String, passwordFile: String, activity: String = "backup") {
            secrets = AddressSecrets(repository)
            self.repository = secrets.shown
            password = .file(passwordFile)
            self.activity = activity
        }

        init(_ settings: RepositorySettings, activity: String) {
            secrets = AddressSecrets(settings.address)
            repository = secrets.shown
            password = settings.password
            self.activity = activity
        }
    }

    /// Reads the cause from the exit code (0.17 and newer) or from the words (older).
    package init(exitCode: Int?, words: [String], place: Place) {
        // What is known by its words is not looked for where a piece of a password may have stood.
        let said = words.joined(separator: " ")
        let text = place.secrets.redact(said)
        let repository = "repository '\(place.repository)'"
        if exitCode == 12 || said.contains("wrong password or no key found") {
            self.init(
                reason: "wrong_password",
                diagnostics: place.wrongPassword
            )
        } else if said.contains("Resolving password failed")
            || said.contains("empty password is not a password")
        {
            self.init(
                reason: "wrong_password",
                diagnostics: place.noPassword(text)
            )
        } else if let option = said.firstMatch(of: #/option (\S+) is not known/#)?.1 {
            self.init(
                reason: "option_unknown",
                diagnostics: "the installed restic does not know the option '\(option)' of \(repository). "
                    + "Correct it, or take it out of 'options'."
            )
        } else if exitCode == 11 || said.contains("is already locked") {
            self.init(
                reason: "repository_locked",
                diagnostics: "\(repository) is locked: \(text). "
                    + "Start the \(place.activity) again when the other restic has ended; if none runs any more, "
                    + "'moonkeep unlock' shows the locks and removes them."
            )
        } else if exitCode == 10 || Self.saysThatNothingIsThere(said) {
            self.init(
                reason: "repository_missing",
                diagnostics: "there is no \(repository). Check its address, and that its disk is mounted."
            )
        } else if said.contains("no space left on device") || said.contains("disk quota exceeded") {
            self.init(
                reason: "disk_full",
                diagnostics: "there is no space left while writing \(repository): \(text). "
                    + "Free some space, then start the \(place.activity) again."
            )
        } else {
            // restic asks this also where access is refused and where nobody answers.
            let words = text.prefix(
                upTo: text.firstRange(of: " Is there a repository at")?.lowerBound ?? text.endIndex
            )
            self.init(unclassified: String(words), exitCode: exitCode, place: place)
        }
    }

    /// Whether an older restic, which has no exit code for it, says that there is no file `config`: in the words of a local
    /// folder, of a REST server, of SFTP and of S3.
    private static func saysThatNothingIsThere(_ text: String) -> Bool {
        guard let start = text.firstRange(of: "unable to open config file: ")?.upperBound else {
            return false
        }
        let words = text[start...]
        return [
            "<config/> does not exist", "Lstat: file does not exist",
            "Stat: The specified key does not exist.",
        ]
        .contains(where: words.hasPrefix)
            || words.hasPrefix("stat ") && words.contains("/config: no such file or directory")
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
    fileprivate var wrongPassword: String {
        switch password {
        case .file(let path):
            "the password in '\(path)' does not open repository '\(repository)'. "
                + "Put the repository's password into that file."
        case .command(let words):
            "the password that '\(words.first ?? "")' prints does not open repository '\(repository)'. "
                + "Let 'password_command' print the repository's password."
        }
    }

    fileprivate func noPassword(_ words: String) -> String {
        switch password {
        case .file(let path):
            "no password can be read from '\(path)'. Put the repository's password into that file."
        case .command(let command):
            "'\(command.first ?? "")' of 'password_command' prints no password for repository '\(repository)': \(words). "
                + "Try it by hand as this user."
        }
    }

    /// What to do after restic was killed.
    fileprivate var advice: String {
        switch activity {
        case "backup": "Start the backup again; what is in the repository already is not sent twice."
        case "restore": "Look at what was restored, then start the restore again."
        default: "Start the \(activity) again."
        }
    }
}

extension BackupError {
    /// A failure of restic as that of the call.
    init(_ failure: ResticFailure) {
        let codes: [Code] = [.wrongPassword, .repositoryMissing, .repositoryLocked, .diskFull, .toolMissing]
        let code = codes.first { $0.description == failure.reason } ?? .service
        self.init(code, failure.diagnostics, isRetryable: code == .repositoryLocked)
    }
}
