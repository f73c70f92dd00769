extension Collection<String> {
    /// The element that is most like `word`, if it is like enough to be a misspelling of it; the first of equals.
    ///
    /// The measure is the number of insertions, deletions, replacements and swaps of neighbours; a third of the
    /// word's length is allowed, and at least one.
    public func nearest(to word: String) -> String? {
        let wanted = Array(word.lowercased())
        let limit = Swift.max(1, wanted.count / 3)
        let distances = sorted().map { (word: $0, distance: editDistance(wanted, Array($0.lowercased()))) }
        guard let best = distances.min(by: { $0.distance < $1.distance }), best.distance <= limit else {
            return nil
        }
        return best.word
    }
}

/// The optimal string alignment distance, in three rows.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (row, character) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = Swift.min(
                previous[column + 1] + 1,
                current[column] + 1,
                previous[column] + (character == other ? 0 : 1)
            )
            if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                cost = Swift.min(cost, beforePrevious[column - 1] + 1)
            }
            current.append(cost)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[right.count]
}
