import BackupAPI
import PluginHost
import RunJournal

/// What a person sees first: what needs them, what runs, how each configuration's backups stand, and what is next.
struct Overview: Encodable, Sendable {
    /// Something that needs a person.
    struct Need: Encodable, Sendable {
        /// In the order of their urgency.
        enum Kind: String, Encodable, Sendable, CaseIterable {
            case question, failed, interrupted, missed, broken, undelivered, warning
        }

        let kind: Kind
        /// What it is about: a script, a configuration.
        let subject: String
        /// What is the matter, in one sentence.
        let text: String
        @Nullable var time: Timestamp?
        /// The run to look at; `null` where it is none.
        @Nullable var run: String?
        /// The backup to look at; `null` where it is none.
        @Nullable var backup: String?
        /// The question; absent where nothing is asked.
        let question: QuestionResource?

        init(
            _ kind: Kind,
            _ subject: String,
            _ text: String,
            at time: Timestamp? = nil,
            run: String? = nil,
            backup: String? = nil,
            question: QuestionResource? = nil
        ) {
            (self.kind, self.subject, self.text) = (kind, subject, text)
            _time = Nullable(wrappedValue: time)
            _run = Nullable(wrappedValue: run)
            _backup = Nullable(wrappedValue: backup)
            self.question = question
        }
    }

    /// How a configuration's backups stand.
    struct Standing: Encodable, Sendable {
        let configuration: String
        let name: String
        let isEnabled: Bool
        /// The state of the newest; `null` where there is none.
        @Nullable var state: String?
        /// When the newest that was complete ended; `null` where none of the last ones was.
        @Nullable var lastGoodTime: Timestamp?
        /// What went wrong with the newest; empty when nothing did.
        let problem: String
        /// The outcomes of the newest, `running` for one that is not over, the oldest first.
        let outcomes: [String]
        /// Bytes of the files of the newest that was complete.
        @Nullable var bytes: Int64?
        /// Seconds that it took.
        @Nullable var seconds: Double?
        /// The newest one's id.
        @Nullable var backup: String?

        init(_ configuration: Configuration, _ backups: [Backup]) {
            let good = backups.first { $0.state.outcome == .ok }
            self.configuration = configuration.id.rawValue
            name = configuration.name
            isEnabled = configuration.enabled
            problem = backups.first?.errors.sentence ?? ""
            outcomes = backups.reversed().map { $0.state.outcome?.rawValue ?? "running" }
            _state = Nullable(wrappedValue: backups.first?.state.rawValue)
            _lastGoodTime = Nullable(wrappedValue: good?.endedTime)
            _bytes = Nullable(wrappedValue: good?.bytesSearched)
            _seconds = Nullable(wrappedValue: good?.seconds)
            _backup = Nullable(wrappedValue: backups.first?.id.rawValue)
        }

        private enum CodingKeys: String, CodingKey {
            case configuration = "configuration_id"
            case name
            case isEnabled = "enabled"
            case state
            case lastGoodTime = "last_good_time"
            case problem, outcomes, bytes, seconds
            case backup = "backup_id"
        }
    }

    /// A backup that runs.
    struct Running: Encodable, Sendable {
        let backup: Backup
        /// Absent where the service does not say.
        let progress: BackupProgress?
    }

    /// Something that begins next.
    struct Next: Encodable, Sendable {
        let name: String
        let kind: String
        let time: Timestamp
    }

    let time: Timestamp
    let needs: [Need]
    let runs: [RunResource]
    let backups: [Running]
    let configurations: [Standing]
    let next: [Next]
}

extension ErrorSummary {
    /// What a person should read of it; empty when nothing went wrong.
    var sentence: String {
        let text = diagnostics.flatMap { $0.isEmpty ? nil : $0 } ?? reason
        return count > 1 ? "\(count) errors: \(text)" : text
    }
}
