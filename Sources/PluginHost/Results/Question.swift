public import BackupAPI

/// What a script asks a person.
public struct Question: Codable, Hashable, Sendable {
    /// The question itself, one line or more.
    public var text: String
    /// The answers that there are, in the order in which they are shown; at least one, all different.
    public var choices: [String]
    /// The choice that is taken when nobody answers in time; `nil` for none.
    public var preset: String?
    /// What a person should know before they answer, one line or more; `nil` for nothing.
    public var details: String?
    /// When `preset` is taken; `nil` waits as long as it takes.
    public var deadline: Timestamp?

    /// Makes a question.
    public init(
        _ text: String,
        choices: [String] = ["yes", "no"],
        preset: String? = nil,
        details: String? = nil,
        deadline: Timestamp? = nil
    ) {
        self.text = text
        self.choices = choices
        self.preset = preset
        self.details = details
        self.deadline = deadline
    }

    private enum CodingKeys: String, CodingKey {
        case text, choices
        case preset = "default"
        case details, deadline
    }

    /// The choices as a sentence has them: `yes or no`, `all, some or none`.
    public var choicesText: String { Self.alternatives(choices) }

    /// The choice that an answer means: itself, or the only one that begins so, in upper or lower case.
    ///
    /// Throws `invalid_request`, with the choices, for all else.
    public func choice(for answer: String) throws(BackupError) -> String {
        let answer = answer.trimmed
        if choices.contains(answer) { return answer }
        let found = choices.filter { $0.lowercased().hasPrefix(answer.lowercased()) }
        if found.count == 1, let choice = found.first { return choice }
        let shown = answer.prefix(40).description.printable
        throw BackupError(
            .invalidRequest,
            found.isEmpty || answer.isEmpty
                ? "'\(shown)' is no answer to '\(text.printable)'"
                : "'\(shown)' may be \(Self.alternatives(found.map { "'\($0)'" }))",
            fix: "Answer \(choicesText)."
        )
    }

    private static func alternatives(_ words: [String]) -> String {
        let first = words.dropLast().joined(separator: ", ")
        return [first, words.last ?? ""].filter { !$0.isEmpty }.joined(separator: " or ")
    }
}

extension String {
    /// The text without the white space around it.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
