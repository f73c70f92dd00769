import BackupAPI

/// Takes the host's own paths out of texts for clients.
enum HostPaths {
    /// The text with `…` in the place of each absolute path that `known` does not have: what a client said itself is no news.
    static func hidden(in text: String, except known: String) -> String {
        let known = Array(known.utf8)
        var shown: [UInt8] = []
        // A path in quotes may have spaces; one without ends where a path in a sentence ends.
        for (index, part) in Array(text.utf8).split(separator: quote, omittingEmptySubsequences: false)
            .enumerated()
        {
            if index > 0 { shown.append(quote) }
            let isPath = part.first == slash && part.count > 1
            shown += isPath ? replaced(part, known)[...] : withoutPaths(part, known)[...]
        }
        return String(decoding: shown, as: UTF8.self)
    }

    private static let quote = UInt8(ascii: "'")
    private static let slash = UInt8(ascii: "/")
    private static let ends = Set(" \t\n\"()[]<>,;|".utf8)

    private static func withoutPaths(_ text: ArraySlice<UInt8>, _ known: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        var rest = text
        while let byte = rest.first {
            let isStart =
                byte == slash && !isInWord(shown.last) && rest.dropFirst().first.map { $0 != slash } ?? false
            guard isStart else {
                // Both slashes of an address are passed over.
                let count = byte == slash && rest.dropFirst().first == slash ? 2 : 1
                shown += rest.prefix(count)
                rest = rest.dropFirst(count)
                continue
            }
            var path = rest.prefix { !ends.contains($0) }
            while let last = path.last, last == UInt8(ascii: ".") || last == UInt8(ascii: ":") {
                path.removeLast()
            }
            shown += path.count > 1 ? replaced(path, known)[...] : path
            rest = rest[path.endIndex...]
        }
        return shown
    }

    private static func replaced(_ path: ArraySlice<UInt8>, _ known: [UInt8]) -> [UInt8] {
        guard known.count >= path.count else { return Array("…".utf8) }
        let isKnown = (0...(known.count - path.count)).contains {
            known[$0..<($0 + path.count)].elementsEqual(path)
        }
        return isKnown ? Array(path) : Array("…".utf8)
    }

    private static func isInWord(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return byte.isUnreserved || byte == slash || byte >= 0x80
    }
}
