import RunJournal

/// What the journal had of a run when it was taken up.
struct RecordedSteps: Sendable {
    private let steps: [String: [Int: StepRecord]]
    /// The keys in the order of recording.
    private let order: [StepKey]
    /// The last sequence of each path that has a record or, in a task or function that it called, a later one.
    private let lastSequences: [String: Int]
    /// How many there are, and the bytes of their values.
    let size: JournalSize

    init(_ records: [StepRecord] = []) {
        var steps: [String: [Int: StepRecord]] = [:]
        var (last, size): ([String: Int], JournalSize) = ([:], JournalSize())
        for record in records {
            steps[record.key.taskPath, default: [:]][record.key.sequence] = record
            size.steps += 1
            size.bytes += record.valueBytes
            Self.noteLast(record.key.taskPath[...], record.key.sequence, in: &last)
        }
        (self.steps, self.size, lastSequences, order) = (steps, size, last, records.map(\.key))
    }

    private static func noteLast(_ path: Substring, _ sequence: Int, in last: inout [String: Int]) {
        let known = last[String(path)]
        guard known ?? -1 < sequence else { return }
        last[String(path)] = sequence
        // The steps above were noted with the first one here.
        guard known == nil, let (parent, step) = parent(of: path) else { return }
        noteLast(parent, step, in: &last)
    }

    /// The task's path and number of the step beneath which a path lies: `0/3.1` and 7 for `0/3.1/7.0`.
    private static func parent(of path: Substring) -> (path: Substring, sequence: Int)? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return Int(path[path.index(after: slash)...].prefix { $0 != "." }).map { (path[..<slash], $0) }
    }

    /// Whether there are none.
    var isEmpty: Bool { order.isEmpty }

    /// Whether the step with this number of a task, or something that came later, was made before: later in the task
    /// itself, or in one that waited for it, up to the task with the path `root`, which nothing waits for.
    func reaches(_ sequence: Int, of path: String, upTo root: String) -> Bool {
        var (path, sequence) = (path[...], sequence)
        while true {
            if sequence <= lastSequences[String(path)] ?? -1 { return true }
            guard path != root, let parent = Self.parent(of: path) else { return false }
            (path, sequence) = (parent.path, parent.sequence + 1)
        }
    }

    subscript(key: StepKey) -> StepRecord? { steps[key.taskPath]?[key.sequence] }

    /// The first step, in the order of recording, that was not come to: `next` has the numbers of the next steps by the
    /// paths of the tasks that have begun, `abandoned` the paths of those of which nothing is expected.
    func firstMissed(_ next: [String: Int], abandoned: Set<String>) -> StepRecord? {
        order.first { key in
            var (path, sequence) = (key.taskPath[...], key.sequence)
            while true {
                if abandoned.contains(String(path)) { return false }
                if let next = next[String(path)] {
                    if sequence < next { return false }
                    // A task that was given up may be further up.
                    return !abandoned.contains { path.hasPrefix($0 + "/") }
                }
                guard let parent = Self.parent(of: path) else { return false }
                (path, sequence) = (parent.path, parent.sequence)
            }
        }.flatMap { self[$0] }
    }

    /// The steps of a task's path, in their order, as far as none is missing.
    func all(at path: String) -> [StepRecord] {
        guard let steps = steps[path] else { return [] }
        return (0..<steps.count).prefix { steps[$0] != nil }.compactMap { steps[$0] }
    }

    /// The steps that were made in a function that the step called.
    func all(beneath step: StepKey) -> [StepRecord] {
        let path = "\(step.taskPath)/\(step.sequence)."
        return order.filter { $0.taskPath.hasPrefix(path) }.compactMap { self[$0] }
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
}

extension StepRecord {
    /// Bytes of its arguments and its answer.
    var valueBytes: Int { input.utf8.count + (output?.utf8.count ?? 0) + (error?.utf8.count ?? 0) }
}
