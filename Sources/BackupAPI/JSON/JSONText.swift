/// JSON with the keys in the order in which a type encodes them, as people and the contract read them.
public enum JSONText {
    /// How the text is laid out.
    public enum Layout: Sendable {
        /// Everything on one line.
        case compact
        /// One key or element a line, indented by two spaces.
        case pretty
    }

    /// The JSON of a value. Throws what the value's `encode(to:)` throws; a number that is not finite is refused.
    public static func encode(_ value: some Encodable, layout: Layout = .compact) throws -> String {
        let root = JSONSlot()
        try value.encode(to: JSONTreeEncoder(slot: root))
        var text: [UInt8] = []
        root.write(to: &text, layout: layout, depth: 0)
        return String(decoding: text, as: UTF8.self)
    }
}

extension JSONSlot {
    fileprivate func write(to text: inout [UInt8], layout: JSONText.Layout, depth: Int) {
        if let members {
            writeItems(members.count, between: ("{", "}"), to: &text, layout: layout, depth: depth) {
                index,
                text in
                Self.write(members[index].key, to: &text)
                text.append(UInt8(ascii: ":"))
                if layout == .pretty { text.append(UInt8(ascii: " ")) }
                members[index].slot.write(to: &text, layout: layout, depth: depth + 1)
            }
        } else if let elements {
            writeItems(elements.count, between: ("[", "]"), to: &text, layout: layout, depth: depth) {
                index,
                text in
                elements[index].write(to: &text, layout: layout, depth: depth + 1)
            }
        } else {
            switch leaf {
            case .null: text += "null".utf8
            case .literal(let literal): text += literal.utf8
            case .string(let string): Self.write(string, to: &text)
            }
        }
    }

    private func writeItems(
        _ count: Int,
        between brackets: (Unicode.Scalar, Unicode.Scalar),
        to text: inout [UInt8],
        layout: JSONText.Layout,
        depth: Int,
        item: (Int, inout [UInt8]) -> Void
    ) {
        text.append(UInt8(ascii: brackets.0))
        for index in 0..<count {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            if layout == .pretty { Self.breakLine(depth: depth + 1, in: &text) }
            item(index, &text)
        }
        if count > 0, layout == .pretty { Self.breakLine(depth: depth, in: &text) }
        text.append(UInt8(ascii: brackets.1))
    }

    private static func breakLine(depth: Int, in text: inout [UInt8]) {
        text.append(UInt8(ascii: "\n"))
        text += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }

    private static func write(_ string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        // Nearly all strings can stand as they are.
        if string.utf8.contains(where: mustBeEscaped) {
            for byte in string.utf8 { writeEscaped(byte, to: &text) }
        } else {
            text += string.utf8
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f
    }

    private static func writeEscaped(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): text += #"\""#.utf8
        case UInt8(ascii: "\\"): text += #"\\"#.utf8
        case UInt8(ascii: "\n"): text += #"\n"#.utf8
        case UInt8(ascii: "\r"): text += #"\r"#.utf8
        case UInt8(ascii: "\t"): text += #"\t"#.utf8
        case _ where mustBeEscaped(byte):
            let digits = String(byte, radix: 16)
            text += (#"\u00"# + (digits.count == 1 ? "0" : "") + digits).utf8
        default: text.append(byte)
        }
    }
}
