import BackupAPI

/// The query of a request; of a name that is there twice, the first counts.
struct Query: Sendable {
    private let values: [String: String]

    init(_ values: [String: String]) {
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    /// `true` or `false`; `nil` when it is missing. Throws a 400 for anything else.
    func flag(_ name: String) throws(Fault) -> Bool? {
        guard let value = values[name] else { return nil }
        guard let flag = Self.flag(value) else {
            throw .badRequest("\(name) must be true or false, and is '\(value)'")
        }
        return flag
    }

    /// A boolean as clients write it: Python's has a capital, and some languages have digits for them.
    static func flag(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE", "1": true
        case "false", "False", "FALSE", "0": false
        default: nil
        }
    }

    /// The part of a list that is asked for. Throws a 400 with each parameter that is wrong.
    func paging(isAscendingByDefault: Bool) throws(Fault) -> Paging {
        var problems: [String] = []
        var paging = Paging(marker: values["marker"], isAscending: isAscendingByDefault)
        if let text = values["limit"] {
            paging.writtenLimit = text
            if let limit = Int(text), limit >= 1 {
                paging.limit = min(limit, Paging.maximumLimit)
            } else {
                problems.append("limit must be an integer from 1, and is '\(text)'")
            }
        }
        if let text = values["sort_dir"] {
            paging.isSortWritten = true
            if text == "asc" || text == "desc" {
                paging.isAscending = text == "asc"
            } else {
                problems.append("sort_dir must be asc or desc, and is '\(text)'")
            }
        }
        if values["marker"] == "" { problems.append("marker must be an id, and is empty") }
        guard problems.isEmpty else { throw .validation(problems) }
        return paging
    }
}

/// A part of a list (contract 1.8).
struct Paging: Sendable {
    /// No page has more, so that a request for all of a big list does not stop the others; its `next` goes on.
    static let maximumLimit = 1_000

    var marker: String?
    var limit = 100
    var isAscending: Bool
    /// The limit as the request has it.
    var writtenLimit: String?
    /// Whether the request has a direction.
    var isSortWritten = false

    func page<Item>(of type: Item.Type = Item.self) -> Page<Item> {
        Page(after: marker.map { ResourceID($0) }, limit: limit, isAscending: isAscending)
    }
}
