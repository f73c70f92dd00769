import BackupAPI

/// A field that a resource cannot do without is not there.
struct Missing: Error {
    let key: String
}

extension JSONValue {
    /// The text of a key. Throws `Missing`.
    func required(_ key: String) throws(Missing) -> String {
        guard let text = self[key]?.text, !text.isEmpty else { throw Missing(key: key) }
        return text
    }

    /// The id of the resource. Throws `Missing`.
    func id<Resource>(_ type: Resource.Type = Resource.self) throws(Missing) -> ResourceID<Resource> {
        ResourceID(try required("id"))
    }

    /// The state of the resource. Throws `Missing`.
    func state() throws(Missing) -> ActivityState {
        ActivityState(rawValue: try required("state"))
    }

    func string(_ key: String) -> String { self[key]?.text ?? "" }
    func count(_ key: String) -> Int { self[key]?.integer.flatMap(Int.init(exactly:)) ?? 0 }
    func bytes(_ key: String) -> Int64 { self[key]?.integer ?? 0 }

    /// The links of a resource; those without an address are left out.
    var links: [Link] {
        (self["links"]?.elements ?? []).compactMap { link in
            guard let href = link["href"]?.text else { return nil }
            return Link(href: href, rel: link.string("rel"))
        }
    }

    /// A reference to another resource; `nil` where there is none.
    func optionalReference<Resource>(_ key: String) -> Reference<Resource>? {
        guard let value = self[key], let id = value["id"]?.text else { return nil }
        return Reference(id: ResourceID(id), links: value.links)
    }

    /// A reference to another resource; with an empty id where there is none.
    func reference<Resource>(_ key: String) -> Reference<Resource> {
        optionalReference(key) ?? Reference(id: "")
    }

    /// Files and folders; of an unknown type those that end in a separator are folders.
    func rules(_ key: String) -> [PathRule] {
        (self[key]?.elements ?? []).compactMap { rule in
            guard let path = rule["path"]?.text else { return nil }
            let kind = rule["type"]?.text.flatMap(PathRule.Kind.init)
            return PathRule(
                type: kind ?? (path.hasSuffix("/") || path.hasSuffix("\\") ? .folder : .file),
                path: path
            )
        }
    }

    /// The resources of a list; a list may stand without its key.
    func list<Value>(_ key: String, _ read: (JSONValue) throws(Missing) -> Value) throws(Missing) -> [Value] {
        let items: [JSONValue] =
            if case .array(let items) = self { items } else { self[key]?.elements ?? [] }
        var values: [Value] = []
        for item in items { values.append(try read(item)) }
        return values
    }
}
