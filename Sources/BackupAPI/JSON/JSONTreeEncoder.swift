/// The place in the tree that one encoder writes to.
final class JSONSlot {
    private var leaf: JSONTree = .null
    private var members: [(key: String, slot: JSONSlot)]?
    /// Where in `members` a key is.
    private var positions: [String: Int] = [:]
    private var elements: [JSONSlot]?

    var tree: JSONTree {
        if let members { return .object(members.map { ($0.key, $0.slot.tree) }) }
        if let elements { return .array(elements.map(\.tree)) }
        return leaf
    }

    var count: Int { elements?.count ?? 0 }

    func set(_ value: JSONTree) {
        leaf = value
    }

    func becomeObject() {
        if members == nil { members = [] }
    }

    func becomeArray() {
        if elements == nil { elements = [] }
    }

    func member(_ key: String) -> JSONSlot {
        let slot = JSONSlot()
        if let index = positions[key] {
            members?[index].slot = slot
        } else {
            positions[key] = members?.count ?? 0
            members?.append((key, slot))
        }
        return slot
    }

    func element() -> JSONSlot {
        let slot = JSONSlot()
        elements?.append(slot)
        return slot
    }
}

/// An encoder that builds a `JSONTree`. Asking twice for a keyed container adds to the same object.
struct JSONTreeEncoder: Encoder {
    let slot: JSONSlot
    let codingPath: [any CodingKey]

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeObject()
        return KeyedEncodingContainer(JSONKeyedContainer<Key>(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeArray()
        return JSONUnkeyedContainer(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONSingleValueContainer(slot: slot, codingPath: codingPath)
    }
}
