import LuaKit
import PluginHost
import Synchronization

/// What doubles answer: lists by key, each of which is used from its beginning; the last answer serves all that follow.
final class Answers: Sendable {
    private let lists = Mutex<[String: [LuaValue]]>([:])

    /// The keys, sorted.
    var keys: [String] { lists.withLock { $0.keys.sorted() } }

    /// Sets the answers of the keys of a table: a table, a function, or a list of them. The others stay.
    func set(_ table: LuaValue) throws {
        guard case .table(let table) = table, table.items.isEmpty else {
            throw ArgumentProblem("a table with names expected, got \(table.shape)")
        }
        for (key, value) in table.fields {
            guard let key = key.text else {
                throw ArgumentProblem("a text as key expected, got \(key.shown)")
            }
            lists.withLock { $0[key] = Self.list(value) }
        }
    }

    /// The next answer of a key.
    func next(_ key: String) -> LuaValue? {
        lists.withLock { lists in
            guard let list = lists[key], let first = list.first else { return nil }
            if list.count > 1 { lists[key] = Array(list.dropFirst()) }
            return first
        }
    }

    private static func list(_ value: LuaValue) -> [LuaValue] {
        if case .table(let table) = value, table.kind == .list { table.items } else { [value] }
    }
}
