import BackupAPI

/// What a restore shall write: the nodes that restic listed into a file, sifted by path rules.
struct RestorePlan: Sendable {
    /// The file with restic's list.
    let file: String
    let inclusions: [PathRule]
    let exclusions: [PathRule]

    /// What the plan comes to.
    struct Totals: Equatable, Sendable {
        var files = 0
        var bytes: Int64 = 0
        /// The inclusions that nothing in the backup matches.
        var missing: [PathRule] = []
    }

    /// Counts the files that `isCounted` wants.
    func totals(where isCounted: (ResticNode) -> Bool = { _ in true }) async throws -> Totals {
        var totals = Totals()
        var matched: Set<Int> = []
        let (included, excluded) = (PathTree(inclusions), PathTree(exclusions))
        try await FileLines.read(file) { line in
            try Task.checkCancellation()
            guard let node = ResticNode(line: line) else { return }
            let rules = included.rules(covering: node.path)
            guard !rules.isEmpty else { return }
            matched.formUnion(rules)
            guard node.isFile, !excluded.covers(node.path), isCounted(node) else { return }
            totals.files += 1
            totals.bytes += node.size ?? 0
        }
        totals.missing = inclusions.enumerated().filter { !matched.contains($0.offset) }.map(\.element)
        return totals
    }
}
