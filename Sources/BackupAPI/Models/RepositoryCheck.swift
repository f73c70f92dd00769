/// How much of the data a check of a repository reads, beside its structure.
public enum CheckedData: Hashable, Sendable {
    /// None.
    case none
    /// All of it.
    case all
    /// Some of it, chosen at random: more than 0 and at most 100 percent.
    case percent(Double)
    /// Some of it, chosen at random: about so many bytes, at least 1.
    case bytes(Int64)
    /// One of so many parts, each time the same: with another one each time, all is read in the end. From 1 to 256.
    case part(Int, of: Int)

    /// What of it is out of its range, in one sentence; `nil` if nothing is.
    public var problem: String? {
        switch self {
        case .none, .all: nil
        case .percent(let percent):
            percent > 0 && percent <= 100 ? nil : "more than 0 and at most 100 percent can be read"
        case .bytes(let bytes): bytes > 0 ? nil : "at least 1 byte can be read"
        case .part(let part, let count):
            (1...256).contains(count) && (1...count).contains(part)
                ? nil : "a part is one from 1 to their number, which is 256 at most"
        }
    }
}

/// What a check of a repository has found. The contract has nothing of the kind: it is the local service's.
public struct RepositoryCheck: Hashable, Sendable {
    /// What is wrong, a text each, in the order in which it was found; empty for a sound repository.
    public var problems: [String]
    /// The ids of the packs that are damaged, as far as they are named: each once, in the order in which they were found.
    public var packs: [String]
    /// When it began.
    public var startedTime: Timestamp
    /// When it was over.
    public var endedTime: Timestamp

    /// Makes the result of a check.
    public init(
        problems: [String] = [],
        packs: [String] = [],
        startedTime: Timestamp,
        endedTime: Timestamp
    ) {
        self.problems = problems
        self.packs = packs
        self.startedTime = startedTime
        self.endedTime = endedTime
    }

    /// `ok` for a sound repository, `failed` for all else.
    public var outcome: Outcome { problems.isEmpty && packs.isEmpty ? .ok : .failed }
}
