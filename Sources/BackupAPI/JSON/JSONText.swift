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
        let slot = JSONSlot()
        try value.encode(to: JSONTreeEncoder(slot: slot, codingPath: []))
        var text = ""
        slot.tree.write(to: &text, layout: layout, depth: 0)
        return text
    }
}

/// JSON as a tree whose objects keep the order of their keys.
indirect enum JSONTree {
    case null
    case literal(String)
    case string(String)
    case array([JSONTree])
    case object([(key: String, value: JSONTree)])

    func write(to text: inout String, layout: JSONText.Layout, depth: Int) {
        switch self {
        case .null: text += "null"
        case .literal(let literal): text += literal
        case .string(let string): Self.write(string, to: &text)
        case .array(let elements):
            writeItems(elements.count, between: ("[", "]"), to: &text, layout: layout, depth: depth) {
                index,
                text in
                elements[index].write(to: &text, layout: layout, depth: depth + 1)
            }
        case .object(let members):
            writeItems(members.count, between: ("{", "}"), to: &text, layout: layout, depth: depth) {
                index,
                text in
                Self.write(members[index].key, to: &text)
                text += layout == .pretty ? ": " : ":"
                members[index].value.write(to: &text, layout: layout, depth: depth + 1)
            }
        }
    }

    private func writeItems(
        _ count: Int,
        between brackets: (String, String),
        to text: inout String,
        layout: JSONText.Layout,
        depth: Int,
        item: (Int, inout String) -> Void
    ) {
        text += brackets.0
        for index in 0..<count {
            if index > 0 { text += "," }
            if layout == .pretty { text += "\n" + String(repeating: "  ", count: depth + 1) }
            item(index, &text)
        }
        if count > 0, layout == .pretty { text += "\n" + String(repeating: "  ", count: depth) }
        text += brackets.1
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
