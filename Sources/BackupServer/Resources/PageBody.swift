import BackupAPI

/// The body of a list: its items under the list's name, and the links to its neighbours.
struct PageBody<Item: Encodable>: Encodable {
    let name: String
    let items: [Item]
    /// `nil` for lists that are not paged, and for empty ones.
    var links: [Link]?

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) {
            stringValue = name
        }

        init?(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(items, forKey: Key(name))
        try container.encodeIfPresent(links, forKey: Key("links"))
    }
}
