import BackupAPI
import CloudBackup
import LoopbackTesting
import Synchronization
import Testing

/// A service as the documentation has it: it starts what it is asked for and knows no keys.
final class KeylessService: Sendable {
    /// What happens to the next start.
    enum Mishap {
        /// The service starts it, and the answer does not come through.
        case answerIsLost
        /// The request does not come through.
        case requestIsLost
    }

    /// One start as the lists tell it.
    struct Item {
        var id: String
        var kind = "backups"
        var state = "start_requested"
        /// The further members of its JSON.
        var words: String
    }

    fileprivate struct State {
        var items: [Item] = []
        var mishap: Mishap?
    }

    private let state = Mutex(State())
    /// The members of every list, newest first, are so many at most.
    private let pageSize: Int

    init(pageSize: Int = 100) {
        self.pageSize = pageSize
    }

    /// Ids of all that was started, oldest first.
    var ids: [String] { state.withLock { $0.items.map(\.id) } }

    func fail(with mishap: Mishap) { state.withLock { $0.mishap = mishap } }

    /// Someone else starts something.
    func add(_ kind: String = "backups", state: String = "completed", words: String = KeylessService.backup) {
        self.state.withLock { _ = $0.add(kind, state, words) }
    }

    /// Something changes, and is the first of the list of activities then.
    func change(_ id: String, to state: String) {
        self.state.withLock { service in
            guard let index = service.items.firstIndex(where: { $0.id == id }) else { return }
            var item = service.items.remove(at: index)
            item.state = state
            service.items.append(item)
        }
    }

    /// Someone deletes something.
    func remove(_ id: String) { state.withLock { $0.items.removeAll { $0.id == id } } }

    /// Forgets the oldest ones but so many.
    func forget(allBut count: Int) { state.withLock { $0.items = $0.items.suffix(count) } }

    static let backup = #""configuration": {"id": "c1"}"#
    static let cleanup = #""agent": {"id": "a1"}"#

    static func restore(
        path: String = "/restored",
        overwrites: Bool = false,
        backup: String = "b9",
        inclusion: String = "/srv"
    ) -> String {
        """
        "backup": {"id": "\(backup)"}, "destination_agent": {"id": "a1"}, "destination_path": "\(path)",
        "overwrite_files": \(overwrites), "inclusions": [{"type": "folder", "path": "\(inclusion)"}], "exclusions": []
        """
    }

    func script(_ request: LoopbackServer.Request) async -> LoopbackServer.Reply {
        let path = request.path.split(separator: "/").dropFirst(2).map(String.init)
        let collection = path.last ?? ""
        guard request.method == "GET" else { return start(collection, request.body) }
        if path.count == 2, path[0] != "configurations" { return one(path[1]) }
        guard !path.contains("gone") else { return .answer(404) }
        return list(collection, after: request.query("marker"))
    }

    private func start(_ kind: String, _ body: String) -> LoopbackServer.Reply {
        state.withLock { state in
            let mishap = state.mishap
            state.mishap = nil
            if case .requestIsLost = mishap { return .reset }
            let overwrites = body.contains(#""overwrite_files":true"#)
            let words = [
                "backups": Self.backup, "cleanups": Self.cleanup,
                "restores": Self.restore(overwrites: overwrites),
            ]
            let item = state.add(kind, "start_requested", words[kind] ?? "")
            if case .answerIsLost = mishap { return .reset }
            return .json(item.json, status: 201)
        }
    }

    private func one(_ id: String) -> LoopbackServer.Reply {
        let item = state.withLock { $0.items.first { $0.id == id } }
        return item.map { .json($0.json) } ?? .answer(404)
    }

    private func list(_ name: String, after marker: String?) -> LoopbackServer.Reply {
        state.withLock { state in
            let isOfAll = name == "activities"
            let all = state.items.filter { isOfAll ? $0.kind != "cleanups" : $0.kind == name }.reversed()
            let rest = marker.map { marker in all.drop { $0.id != marker }.dropFirst() } ?? all[...]
            let page = rest.prefix(pageSize).map { isOfAll ? $0.activityJSON : $0.json }
            return .json("{\"\(name)\": [\(page.joined(separator: ","))]}")
        }
    }
}

extension KeylessService.State {
    fileprivate mutating func add(_ kind: String, _ state: String, _ words: String) -> KeylessService.Item {
        let numbers = items.compactMap { Int($0.id.dropFirst()) }
        let item = KeylessService.Item(
            id: "s\((numbers.max() ?? 0) + 1)",
            kind: kind,
            state: state,
            words: words
        )
        items.append(item)
        return item
    }
}

extension KeylessService.Item {
    fileprivate var json: String { #"{"id": "\#(id)", "state": "\#(state)", \#(words)}"# }

    fileprivate var activityJSON: String {
        let words = kind == "backups" ? words : #""agent": {"id": "a1"}"#
        return #"{"id": "\#(id)", "type": "\#(kind.dropLast())", "state": "\#(state)", \#(words)}"#
    }
}

extension CloudBackupService {
    /// What has become of the start with the key `run/0#1`; asked for twice, it must be the same.
    func fate(of request: StartRequest, _ watermark: String, claimed: Set<String> = []) async throws
        -> StartFate
    {
        var fates: Set<StartFate> = []
        for _ in 0..<2 {
            fates.insert(
                try await reconcile(request, key: "run/0#1", watermark: watermark, claimed: claimed)
            )
        }
        return try #require(fates.count == 1 ? fates.first : nil)
    }
}
