/// A pattern of restic's, which is one of Go's `filepath.Match` for each part of a path, and `**` for any number of them.
enum ExclusionPattern {
    /// What keeps a text from being a pattern; `nil` when nothing does.
    static func problem(of text: String) -> String? {
        // Marks a pattern whose files are not left out.
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "!") { rest.removeFirst() }
        guard !rest.isEmpty else { return "it is empty" }
        let dots = [Array(".".utf8)[...], Array("..".utf8)[...]]
        guard !rest.split(separator: UInt8(ascii: "/")).contains(where: dots.contains) else {
            return "no path has a '.' or '..' in it"
        }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst(), next != UInt8(ascii: "/") else {
                    return "nothing follows the backslash"
                }
            case UInt8(ascii: "["):
                guard isClosed(&rest) else { return "a '[' is not closed" }
            default: break
            }
        }
        return nil
    }

    /// Reads the rest of `[a-z]`, `[^a]`; it has to have something in it, and no `/`.
    private static func isClosed(_ rest: inout ArraySlice<UInt8>) -> Bool {
        if rest.first == UInt8(ascii: "^") { rest.removeFirst() }
        var isFirst = true
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "]"): return !isFirst
            case UInt8(ascii: "/"): return false
            case UInt8(ascii: "\\"): if rest.popFirst() == nil { return false }
            default: break
            }
            isFirst = false
        }
        return false
    }
}
