/// Cuts a stream of bytes into lines without holding more than one line.
struct LineSplitter {
    /// More of a line than this is dropped: a status line with two long paths fits.
    static let longestLine = 64 * 1024

    private var line: [UInt8] = []

    /// The lines that end in this chunk, without their ends.
    mutating func lines(in chunk: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var rest = chunk[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<end])
            found.append(line)
            line.removeAll(keepingCapacity: true)
            rest = rest[(end + 1)...]
        }
        append(rest)
        return found
    }

    /// The last line if it has no end.
    consuming func remainder() -> [UInt8]? {
        line.isEmpty ? nil : line
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        line += bytes.prefix(Self.longestLine - line.count)
    }
}
