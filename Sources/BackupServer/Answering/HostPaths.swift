/// Takes the host's own paths out of texts for clients.
enum HostPaths {
    /// The text with `…` in the place of each absolute path that `known` does not have: what a client said itself is no news.
    static func hidden(in text: String, except known: String) -> String {
        func isPath(_ part: Substring) -> Bool { part.utf8.first == UInt8(ascii: "/") && part.utf8.count > 1 }
        func shown(_ part: Substring) -> Substring { isPath(part) && !known.utf8.contains(part) ? "…" : part }
        // A path in quotes may have spaces; one without ends at the next.
        return text.split(separator: "'", omittingEmptySubsequences: false).map { part -> String in
            guard !isPath(part) else { return String(shown(part)) }
            return part.split(separator: " ", omittingEmptySubsequences: false).map(shown)
                .joined(separator: " ")
        }.joined(separator: "'")
    }
}

extension String.UTF8View {
    fileprivate func contains(_ part: Substring) -> Bool {
        let (text, wanted) = (Array(self), Array(part.utf8))
        guard text.count >= wanted.count else { return false }
        return (0...(text.count - wanted.count)).contains {
            text[$0..<($0 + wanted.count)].elementsEqual(wanted)
        }
    }
}
