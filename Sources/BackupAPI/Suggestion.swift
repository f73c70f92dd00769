extension Collection<String> {
    /// The element that is most like `word`, if it is like enough to be a misspelling of it; the first of equals.
    ///
    /// The measure is the number of insertions, deletions, replacements and swaps of neighbours; a third of the
    /// word's length is allowed, at least one and at most eight. A word of more than 255 bytes is no misspelling of anything,
    /// so that the time grows with the elements alone.
    public func nearest(to word: String) -> String? {
        guard word.utf8.count <= mostBytes else { return nil }
        let wanted = Array(word.lowercased().unicodeScalars)
        var best: (word: String, distance: Int)?
        for other in self where other.utf8.count <= mostBytes {
            let limit = best?.distance ?? Swift.min(8, Swift.max(1, wanted.count / 3))
            let scalars = Array(other.lowercased().unicodeScalars)
            guard let distance = editDistance(wanted, scalars, limit: limit) else { continue }
            if let found = best, (found.distance, found.word) <= (distance, other) { continue }
            best = (other, distance)
        }
        return best?.word
    }
}

private let mostBytes = 255

/// The optimal string alignment distance, in three rows; `nil` where it is more than `limit`.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    let tooFar = limit + 1
    var beforePrevious: [Int] = []
    var previous = (0...right.count).map { Swift.min($0, tooFar) }
    for (row, scalar) in left.enumerated() {
        var current = Array(repeating: tooFar, count: right.count + 1)
        if row < limit { current[0] = row + 1 }
        // What lies further from the diagonal is too far.
        let columns = Swift.max(0, row - limit)..<Swift.max(0, Swift.min(right.count, row + limit + 1))
        for column in columns where column >= 0 {
            var cost = Swift.min(
                previous[column + 1] + 1,
                current[column] + 1,
                previous[column] + (scalar == right[column] ? 0 : 1)
            )
            if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == right[column] {
                cost = Swift.min(cost, beforePrevious[column - 1] + 1)
            }
            current[column + 1] = Swift.min(cost, tooFar)
        }
        guard current.contains(where: { $0 <= limit }) else { return nil }
        beforePrevious = previous
        previous = current
    }
    return previous[right.count] <= limit ? previous[right.count] : nil
}
