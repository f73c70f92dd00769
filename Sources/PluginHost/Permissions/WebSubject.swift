import Foundation

/// An address as a permission names it, and as a request does: compared by the parts of its path as a server reads them.
struct WebSubject {
    /// `https://example.org:8443`, in small letters.
    private let origin: String
    /// The parts of the path, decoded; empty for the whole server.
    private let parts: [[UInt8]]
    /// Whether the path ends in a slash, or is empty.
    private let endsInSlash: Bool

    /// The origin and the decoded parts, each after a slash.
    var key: [UInt8] { Array(origin.utf8) + parts.flatMap { [UInt8(ascii: "/")] + $0 } }

    init(_ text: String) {
        let scheme = text.range(of: "://")?.upperBound ?? text.startIndex
        let path = text[scheme...].utf8.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex
        origin = text[..<path].lowercased()
        let bytes = Array(text[path...].utf8)
        parts = bytes.split(separator: UInt8(ascii: "/")).map { Self.decoded(Array($0)) }
        endsInSlash = bytes.isEmpty || bytes.last == UInt8(ascii: "/")
    }

    /// Whether a granted address covers another one, and all below it; a granted one that ends in `*` all that begin so.
    ///
    /// What a server may take for a way out of the path, as `..%2f`, is covered by a grant of the whole server alone.
    static func covers(_ granted: String, _ asked: String) -> Bool {
        let isOpen = granted.hasSuffix("*")
        let text = isOpen ? String(granted.dropLast()) : granted
        let (own, other) = (WebSubject(text), WebSubject(asked))
        guard !own.parts.isEmpty else {
            guard isOpen, !text.utf8.dropFirst(8).contains(UInt8(ascii: "/")) else {
                return own.origin == other.origin
            }
            return asked.lowercased().hasPrefix(own.origin)
        }
        guard own.origin == other.origin, other.parts.allSatisfy(isPlain) else { return false }
        guard isOpen, !own.endsInSlash, let last = own.parts.last else {
            return other.parts.starts(with: own.parts)
        }
        let whole = own.parts.dropLast()
        return other.parts.starts(with: whole) && other.parts.count > whole.count
            && other.parts[whole.count].starts(with: last)
    }

    /// Whether all servers read a part of a path as one: it has no separator in it, leads nowhere else, and is not encoded
    /// once more.
    private static func isPlain(_ part: [UInt8]) -> Bool {
        if part == [UInt8(ascii: ".")] || part.starts(with: "..".utf8) && part.count == 2 { return false }
        // Some servers take '..;' for '..'.
        if part.starts(with: "..;".utf8) || part.starts(with: ".;".utf8) { return false }
        return !part.contains { "/\\%\0".utf8.contains($0) }
    }

    private static func decoded(_ part: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < part.count {
            if part[index] == UInt8(ascii: "%"), index + 2 < part.count,
                let high = digit(part[index + 1]), let low = digit(part[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(part[index])
                index += 1
            }
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
