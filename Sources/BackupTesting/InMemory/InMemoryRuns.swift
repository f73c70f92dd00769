internal import BackupAPI

/// All runs of one kind, in the order of their starts.
struct InMemoryRuns<Record: InMemoryRecord> {
    private(set) var order: [ResourceID<Record>] = []
    private var runs: [ResourceID<Record>: InMemoryRun<Record>] = [:]
    private var byKey: [String: ResourceID<Record>] = [:]

    /// The records in the order of their starts.
    var records: [Record] { order.compactMap { runs[$0]?.record } }

    subscript(id: ResourceID<Record>) -> InMemoryRun<Record>? {
        get { runs[id] }
        set { runs[id] = newValue }
    }

    func run(_ id: ResourceID<Record>) throws -> InMemoryRun<Record> {
        guard let run = runs[id] else { throw Record.unknown(id.rawValue) }
        return run
    }

    /// The record that was started with the key.
    func record(key: String?) -> Record? {
        key.flatMap { byKey[$0] }.flatMap { runs[$0]?.record }
    }

    mutating func add(_ run: InMemoryRun<Record>, key: String?) {
        order.append(run.record.id)
        runs[run.record.id] = run
        if let key { byKey[key] = run.record.id }
    }

    /// A part of the records, newest first unless it says otherwise.
    func page(
        after marker: ResourceID<Record>?,
        limit: Int,
        isAscending: Bool,
        where isWanted: (Record) -> Bool = { _ in true }
    ) throws -> [Record] {
        let ids = try (isAscending ? order : order.reversed()).page(after: marker, of: "\(Record.kind)s")
        return try ids.compactMap { runs[$0]?.record }.filter(isWanted).first(limit)
    }
}

extension Array where Element: Hashable & CustomStringConvertible {
    /// What follows the marker. Throws `invalid_request` when it is not there.
    func page(after marker: Element?, of list: String) throws -> ArraySlice<Element> {
        guard let marker else { return self[...] }
        guard let index = firstIndex(of: marker) else {
            throw BackupError.invalidRequest(["marker '\(marker)' is not in the list of \(list)"])
        }
        return self[(index + 1)...]
    }
}

extension Array {
    /// At most so many. Throws `invalid_request` for less than one.
    func first(_ limit: Int) throws -> [Element] {
        guard limit >= 1 else {
            throw BackupError.invalidRequest(["limit must be at least 1, and is \(limit)"])
        }
        return Array(prefix(limit))
    }
}
