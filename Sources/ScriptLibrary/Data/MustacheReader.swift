import PluginHost

/// Reads a template of Mustache, byte by byte.
struct MustacheReader {
    /// A section that is not yet closed.
    private struct Open {
        let name: String
        let isInverted: Bool
        /// Where its tag begins.
        let place: Int
        var pieces: [MustacheText.Piece] = []
    }

    private let bytes: [UInt8]
    private var position = 0
    private var delimiters = (open: Array("{{".utf8), close: Array("}}".utf8))
    private var pieces: [MustacheText.Piece] = []
    private var sections: [Open] = []

    init(_ template: String) {
        bytes = Array(template.utf8)
    }

    mutating func read() throws -> [MustacheText.Piece] {
        while let start = place(of: delimiters.open, from: position) {
            let text = position..<start
            position = start + delimiters.open.count
            try readTag(at: start, after: text)
        }
        add(position..<bytes.count)
        if let open = sections.last {
            throw problem("the section '\(open.name.shownName)' does not end", at: open.place)
        }
        return pieces
    }

    // MARK: Tags

    private mutating func readTag(at start: Int, after text: Range<Int>) throws {
        let mark = position < bytes.count ? Unicode.Scalar(bytes[position]) : "\0"
        switch mark {
        case "{", "&":
            add(text)
            let tag = try content(at: start, skipping: 1, endMark: mark == "{" ? "}" : "")
            append(.value(path: try path(tag, at: start), isEscaped: false))
        case "!":
            _ = try content(at: start, skipping: 1)
            addLine(text, before: start)
        case "#", "^":
            let name = try content(at: start, skipping: 1)
            addLine(text, before: start)
            _ = try path(name, at: start)
            guard sections.count < MustacheText.depthLimit else {
                throw problem(
                    "sections are nested more than \(MustacheText.depthLimit) deep",
                    at: start
                )
            }
            sections.append(Open(name: name, isInverted: mark == "^", place: start))
        case "/":
            let name = try content(at: start, skipping: 1)
            addLine(text, before: start)
            try close(name, at: start)
        case "=":
            let tag = try content(at: start, skipping: 1, endMark: "=")
            addLine(text, before: start)
            try setDelimiters(tag, at: start)
        case ">", "<", "$", "%": throw problem("'{{\(mark)' is not understood", at: start)
        default:
            add(text)
            let tag = try content(at: start, skipping: 0)
            append(.value(path: try path(tag, at: start), isEscaped: true))
        }
    }

    /// What stands in a tag, without white space at its ends; then the reading goes on behind the tag.
    private mutating func content(at start: Int, skipping count: Int, endMark: String = "") throws -> String {
        let end = Array(endMark.utf8) + delimiters.close
        guard let close = place(of: end, from: position + count) else {
            throw problem("a tag does not end", at: start)
        }
        let tag = bytes[(position + count)..<close]
        position = close + end.count
        let blanks = tag.prefix(while: Self.isWhite)
        let inner = tag.dropFirst(blanks.count)
        let tail = inner.reversed().prefix(while: Self.isWhite)
        return String(decoding: inner.dropLast(tail.count), as: UTF8.self)
    }

    private mutating func close(_ name: String, at start: Int) throws {
        guard let open = sections.popLast() else {
            throw problem("'{{/\(name.shownName)}}' ends nothing", at: start)
        }
        guard open.name.utf8.elementsEqual(name.utf8) else {
            throw problem(
                "'{{/\(name.shownName)}}' ends no section; '\(open.name.shownName)' is open",
                at: start
            )
        }
        let path = try path(open.name, at: start)
        append(.section(path: path, isInverted: open.isInverted, pieces: open.pieces))
    }

    private mutating func setDelimiters(_ tag: String, at start: Int) throws {
        let parts = tag.utf8.split(whereSeparator: Self.isWhite)
        guard parts.count == 2, !tag.utf8.contains(UInt8(ascii: "=")) else {
            throw problem("'{{=' needs two delimiters, as in '{{=<% %>=}}'", at: start)
        }
        delimiters = (Array(parts[0]), Array(parts[1]))
    }

    private func path(_ name: String, at start: Int) throws -> [String] {
        guard name != "." else { return [] }
        let names = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let hasBlanks = name.unicodeScalars.contains(where: \.properties.isWhitespace)
        guard !names.contains(where: \.isEmpty), !hasBlanks else {
            throw problem("'\(name.shownName)' is no name", at: start)
        }
        return names.map { String(Substring($0)) }
    }

    // MARK: Texts

    private mutating func append(_ piece: MustacheText.Piece) {
        if sections.isEmpty {
            pieces.append(piece)
        } else {
            sections[sections.count - 1].pieces.append(piece)
        }
    }

    private mutating func add(_ text: Range<Int>) {
        if !text.isEmpty { append(.text(String(decoding: bytes[text], as: UTF8.self))) }
    }

    /// Adds the text before a tag that ends at the present position. A tag that stands alone on its line takes the whole line
    /// with it, what indents it too.
    private mutating func addLine(_ text: Range<Int>, before start: Int) {
        let indent = bytes[..<start].reversed().prefix(while: Self.isBlank).count
        let lineStart = start - indent
        let isFirst = lineStart == 0 || bytes[lineStart - 1] == UInt8(ascii: "\n")
        let end = position + bytes[position...].prefix(while: Self.isBlank).count
        guard isFirst, lineStart >= text.lowerBound, let next = lineEnd(at: end) else { return add(text) }
        add(text.lowerBound..<lineStart)
        position = next
    }

    /// Where the next line begins, if a line or the template ends here.
    private func lineEnd(at place: Int) -> Int? {
        let rest = bytes[place...]
        if rest.isEmpty { return place }
        for end in ["\n", "\r\n"] where rest.starts(with: end.utf8) { return place + end.utf8.count }
        return nil
    }

    private func place(of part: [UInt8], from start: Int) -> Int? {
        var place = start
        while let next = bytes[min(place, bytes.count)...].firstIndex(of: part[0]) {
            if bytes[next...].starts(with: part) { return next }
            place = next + 1
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func isWhite(_ byte: UInt8) -> Bool { isBlank(byte) || (0x0A...0x0D).contains(byte) }

    private func problem(_ what: String, at place: Int) -> ArgumentProblem {
        let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
        return ArgumentProblem("the template is wrong: line \(line): \(what)")
    }
}

extension String {
    /// The beginning of a name, for messages.
    fileprivate var shownName: String { String(printable.prefix(40)) }
}
