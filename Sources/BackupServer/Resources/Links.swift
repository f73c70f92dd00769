import BackupAPI

/// Makes the absolute links of answers, in the form that the caller used: with or without the project (contract 6.1).
struct Links: Sendable {
    /// Scheme, host and port.
    let base: String
    /// `/v2/PROJECT`, `/v2`, or nothing.
    let prefix: String

    init(base: String, path: ResourcePath) {
        self.base = base
        let project = path.project.map { "/" + $0.percentEncoded } ?? ""
        prefix = path.hasVersion ? "/v2" + project : ""
    }

    /// The address of a resource; the segments are escaped.
    func href(_ segments: String...) -> String {
        href(segments)
    }

    func href(_ segments: [String]) -> String {
        base + prefix + segments.map { "/" + $0.percentEncoded }.joined()
    }

    func link(_ rel: String, _ segments: String...) -> Link {
        Link(href: href(segments), rel: rel)
    }

    /// A reference with its one link.
    func reference<Resource>(_ id: ResourceID<Resource>, in collection: String) -> Reference<Resource> {
        Reference(id: id, links: [link("full", collection, id.rawValue)])
    }

    /// `next` goes on in the page's direction, `previous` in the other (6.4); a list without items has no links.
    func pages(_ segments: [String], _ paging: Paging, ids: [String], filters: [(String, String)] = [])
        -> [Link]?
    {
        guard let first = ids.first, let last = ids.last else { return nil }
        var rest = paging.writtenLimit.map { [("limit", $0)] } ?? []
        rest += filters
        let direction = paging.isAscending ? "asc" : "desc"
        let sort = paging.isSortWritten ? [("sort_dir", direction)] : []
        let other = [("sort_dir", paging.isAscending ? "desc" : "asc")]
        return [
            Link(href: address(segments, [("marker", last)] + sort + rest), rel: "next"),
            Link(href: address(segments, [("marker", first)] + other + rest), rel: "previous"),
        ]
    }

    private func address(_ segments: [String], _ query: [(String, String)]) -> String {
        href(segments) + "?" + query.map { "\($0)=\($1.percentEncoded)" }.joined(separator: "&")
    }
}
