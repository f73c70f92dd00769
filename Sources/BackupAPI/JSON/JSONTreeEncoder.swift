/// The place in the tree of JSON that one encoder writes to, and what stands there.
final class JSONSlot {
    /// What is neither an object nor an array.
    enum Leaf {
        case null
        case literal(String)
        case string(String)
    }

    private(set) var leaf = Leaf.null
    private(set) var members: [(key: String, slot: JSONSlot)]?
    private(set) var elements: [JSONSlot]?
    /// Where in `members` a key is, once there are so many that a search takes longer.
    private var positions: [String: Int]?
    /// The tree holds its parents as long as it is written.
    private unowned let parent: JSONSlot?
    private let key: (any CodingKey)?

    private static let maximumSearched = 32

    init(in parent: JSONSlot? = nil, at key: (any CodingKey)? = nil) {
        self.parent = parent
        self.key = key
    }

    /// The keys that lead here; only errors need them.
    var codingPath: [any CodingKey] {
        (parent?.codingPath ?? []) + (key.map { [$0] } ?? [])
    }

    var count: Int { elements?.count ?? 0 }

    func set(_ value: Leaf) {
        leaf = value
    }

    func becomeObject() {
        if members == nil { members = [] }
    }

    func becomeArray() {
        if elements == nil { elements = [] }
    }

    func member(_ name: String, at key: (any CodingKey)?) -> JSONSlot {
        let slot = JSONSlot(in: self, at: key)
        if let index = position(of: name) {
            members?[index].slot = slot
        } else {
            positions?[name] = members?.count ?? 0
            members?.append((name, slot))
        }
        return slot
    }

    func element() -> JSONSlot {
        let slot = JSONSlot(in: self, at: IndexKey(intValue: count))
        elements?.append(slot)
        return slot
    }

    private func position(of name: String) -> Int? {
        guard let members else { return nil }
        if let positions { return positions[name] }
        if members.count == Self.maximumSearched {
            positions = Dictionary(uniqueKeysWithValues: members.indices.map { (members[$0].key, $0) })
        }
        return members.firstIndex { $0.key == name }
    }
}

/// An encoder that builds a tree. Asking twice for a keyed container adds to the same object.
struct JSONTreeEncoder: Encoder {
    let slot: JSONSlot

    var codingPath: [any CodingKey] { slot.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeObject()
        return KeyedEncodingContainer(JSONKeyedContainer<Key>(slot: slot))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeArray()
        return JSONUnkeyedContainer(slot: slot)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONSingleValueContainer(slot: slot)
    }
}

/// The key of a list's element.
private struct IndexKey: CodingKey {
    let index: Int

    init(intValue: Int) {
        index = intValue
    }

    init?(stringValue: String) { nil }

    var stringValue: String { "\(index)" }
    var intValue: Int? { index }
}
