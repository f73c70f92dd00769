import RunJournal

/// What the journal had of a run when it was taken up.
struct RecordedSteps: Sendable {
    private var steps: [String: [Int: StepRecord]] = [:]
    /// The last sequence of each path that has a record or, in a task or function that it called, a later one.
    private var lastSequences: [String: Int] = [:]
    /// How many there are, and the bytes of their values.
    private(set) var size = JournalSize()

    init(_ records: [StepRecord] = []) {
        for record in records {
            steps[record.key.taskPath, default: [:]][record.key.sequence] = record
            size.add(record)
            noteLast(record.key.taskPath, record.key.sequence)
        }
    }

    private mutating func noteLast(_ path: String, _ sequence: Int) {
        lastSequences[path] = max(lastSequences[path] ?? -1, sequence)
        guard let slash = path.lastIndex(of: "/"),
            let parent = Int(path[path.index(after: slash)...].prefix { $0 != "." })
        else { return }
        noteLast(String(path[..<slash]), parent)
    }

    /// Whether a task that is about to make the step with this number has made it, or a later one, before.
    func reaches(_ sequence: Int, of path: String) -> Bool {
        sequence <= lastSequences[path] ?? -1
    }

    subscript(key: StepKey) -> StepRecord? { steps[key.taskPath]?[key.sequence] }

    /// The steps of a task's path, in their order, as far as none is missing.
    func all(at path: String) -> [StepRecord] {
        guard let steps = steps[path] else { return [] }
        return (0..<steps.count).prefix { steps[$0] != nil }.compactMap { steps[$0] }
    }

    /// The references that the kind's steps have.
    func references(of kind: StepKind) -> Set<String> {
        Set(steps.values.joined().map(\.value).filter { $0.kind == kind }.compactMap(\.externalReference))
    }
}

/// What a run has written to its journal.
struct JournalSize: Sendable {
    var steps = 0
    var bytes = 0

    mutating func add(_ record: StepRecord) {
        steps += 1
        bytes += record.input.utf8.count + (record.output?.utf8.count ?? 0) + (record.error?.utf8.count ?? 0)
    }
}
