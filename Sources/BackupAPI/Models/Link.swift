/// A link of a resource (contract 1.7).
public struct Link: Codable, Hashable, Sendable {
    /// Where it leads: an absolute URL, or a path from the API's root where no server is involved.
    public var href: String
    /// What is there: `self`, `full`, `events`, …
    public var rel: String

    /// Makes a link.
    public init(href: String, rel: String) {
        self.href = href
        self.rel = rel
    }
}

/// A reference to another resource: its id, and a link to its full form.
public struct Reference<Resource>: Codable, Hashable, Sendable {
    /// The other resource's id.
    public var id: ResourceID<Resource>
    /// Usually one link, `full`; empty in list items.
    public var links: [Link]

    /// Makes a reference.
    public init(id: ResourceID<Resource>, links: [Link] = []) {
        self.id = id
        self.links = links
    }
}
