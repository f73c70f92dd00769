import PluginHost

/// Reads an archive of tar (POSIX ustar and pax, and GNU's long names) as a whole, without writing anything.
///
/// Only files and folders are read: an archive with anything else in it, such as a link, is refused, and so is one whose
/// names lead out of it.
struct TarReader {
    /// A file of an archive: its path, without `.` or `..`, and what is in it.
    struct File: Equatable {
        var path: String
        var bytes: [UInt8]
    }

    /// What is wrong with an archive, in words.
    struct Problem: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    private static let blockSize = 512

    /// The files of an archive, in its order. Throws `Problem`.
    static func files(in bytes: [UInt8]) throws(Problem) -> [File] {
        var files: [File] = []
        var offset = 0
        var longName: [UInt8]?
        while offset + blockSize <= bytes.count {
            let header = bytes[offset..<offset + blockSize]
            if header.allSatisfy({ $0 == 0 }) { return files }
            try check(header)
            let size = try number(header, 124, 12)
            let (start, end) = (offset + blockSize, offset + blockSize + size)
            guard end <= bytes.count else { throw Problem("it ends in the middle of a file") }
            offset = start + (size + blockSize - 1) / blockSize * blockSize
            let content = bytes[start..<end]
            switch header[header.startIndex + 156] {
            // Names of what follows: GNU's, and pax'.
            case UInt8(ascii: "L"): longName = content.filter { $0 != 0 }
            case UInt8(ascii: "x"): longName = try paxPath(content) ?? longName
            case UInt8(ascii: "g"): break
            case 0, UInt8(ascii: "0"):
                let path = try path(longName ?? name(in: header))
                longName = nil
                guard !path.isEmpty else { throw Problem("a name in it is empty") }
                guard !files.contains(where: { $0.path == path }) else {
                    throw Problem("'\(path.printable)' is in it twice")
                }
                files.append(File(path: path, bytes: Array(content)))
            case UInt8(ascii: "5"):
                _ = try path(longName ?? name(in: header))
                longName = nil
            case let kind:
                let shown = String(decoding: longName ?? name(in: header), as: UTF8.self).printable
                throw Problem("'\(shown)' is \(words(for: kind)); only files and folders are taken")
            }
        }
        throw Problem(files.isEmpty ? "it is not an archive of tar" : "its end is missing")
    }

    private static func words(for kind: UInt8) -> String {
        switch kind {
        case UInt8(ascii: "1"): "a hard link"
        case UInt8(ascii: "2"), UInt8(ascii: "K"): "a symbolic link"
        case UInt8(ascii: "3"), UInt8(ascii: "4"): "a device"
        case UInt8(ascii: "6"): "a pipe"
        default: "an entry of an unknown kind"
        }
    }

    /// The sum of a header's bytes, with spaces in the place of the sum itself.
    private static func check(_ header: ArraySlice<UInt8>) throws(Problem) {
        let field = header.startIndex + 148..<header.startIndex + 156
        let sum = header.indices.reduce(0) { $0 + (field.contains($1) ? 32 : Int(header[$1])) }
        guard try number(header, 148, 8) == sum else {
            throw Problem("it is not an archive of tar, or is damaged: a checksum is wrong")
        }
    }

    /// A number in octal digits, with spaces or zeros around it.
    private static func number(_ header: ArraySlice<UInt8>, _ offset: Int, _ length: Int) throws(Problem)
        -> Int
    {
        let start = header.startIndex + offset
        let digits = header[start..<start + length].filter { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard !digits.isEmpty, let number = Int(String(decoding: digits, as: UTF8.self), radix: 8),
            number >= 0
        else { throw Problem("it is not an archive of tar, or is damaged: a number is wrong") }
        return number
    }

    /// The name in a header, with ustar's prefix.
    private static func name(in header: ArraySlice<UInt8>) -> [UInt8] {
        func text(_ offset: Int, _ length: Int) -> [UInt8] {
            let start = header.startIndex + offset
            return Array(header[start..<start + length].prefix { $0 != 0 })
        }
        let hasPrefix = text(257, 5) == Array("ustar".utf8) && header[header.startIndex + 262] == 0
        let prefix = hasPrefix ? text(345, 155) : []
        return (prefix.isEmpty ? [] : prefix + [UInt8(ascii: "/")]) + text(0, 100)
    }

    /// The value of `path` among the records of pax: `27 path=a/long/name\n`.
    private static func paxPath(_ content: ArraySlice<UInt8>) throws(Problem) -> [UInt8]? {
        var (rest, found): (ArraySlice<UInt8>, [UInt8]?) = (content, nil)
        while !rest.isEmpty {
            let digits = rest.prefix { $0 != UInt8(ascii: " ") }
            guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1,
                length <= rest.count
            else { throw Problem("it is damaged: a record of pax is wrong") }
            let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
            if record.starts(with: "path=".utf8) { found = Array(record.dropFirst(5)) }
            if record.starts(with: "linkpath=".utf8) {
                throw Problem("a link is in it; only files and folders are taken")
            }
            rest = rest.dropFirst(length)
        }
        return found
    }

    /// A path below the folder into which the archive is written. Throws for one that leads elsewhere.
    private static func path(_ bytes: [UInt8]) throws(Problem) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem("a name in it is not UTF-8")
        }
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Problem("a name in it is empty") }
        guard text.utf8.first != UInt8(ascii: "/") else {
            throw Problem("'\(text.printable)' is an absolute path")
        }
        let parts = text.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else { throw Problem("'\(text.printable)' leads out of it") }
        return parts.joined(separator: "/")
    }
}
