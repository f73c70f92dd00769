import BackupTesting
import LoopbackTesting
import Synchronization

/// A service with many backups, each of which ends at its own time, and a note of when it was asked what.
final class Fleet: Sendable {
    private struct Notes {
        var times: [Duration] = []
        var eventMarkers: [String?] = []
        var firstSeenOver: [Int: Duration] = [:]
    }

    let count: Int
    /// What every request takes.
    let latency: Duration
    /// Backups that someone else has started since, and so are newer.
    let newerCount: Int
    let clock: JumpingClock
    /// No request is answered before.
    let everyoneWaits = Gate()
    private let ends: [Duration]
    private let notes = Mutex(Notes())

    init(count: Int, newerCount: Int = 0, latency: Duration = .milliseconds(20), clock: JumpingClock) {
        self.count = count
        self.latency = latency
        self.newerCount = newerCount
        self.clock = clock
        ends = (0..<count).map { .milliseconds(5_000 + $0 * 7_919 % 55_000) }
    }

    /// When requests came.
    var times: [Duration] { notes.withLock { $0.times } }
    /// The markers of the event lists that were asked for.
    var eventMarkers: [String?] { notes.withLock { $0.eventMarkers } }
    var requestsPerSecond: Double {
        guard let first = times.first, let last = times.last, last > first else { return 0 }
        return Double(times.count) / ((last - first) / .seconds(1))
    }

    /// The most requests in any second.
    var busiestSecond: Int {
        let times = times
        return times.indices.map { begin in
            times[begin...].prefix { $0 - times[begin] < .seconds(1) }.count
        }.max() ?? 0
    }

    /// From the end of each backup to the answer that told of it, shortest first.
    var delays: [Duration] {
        notes.withLock { notes in notes.firstSeenOver.map { $0.value - ends[$0.key] }.sorted() }
    }

    func script(_ request: LoopbackServer.Request) async -> LoopbackServer.Reply {
        try? await everyoneWaits.pass()
        clock.advance(by: latency)
        notes.withLock { $0.times.append(clock.now.offset) }
        let path = request.path.split(separator: "/").dropFirst(2)
        switch (path.count, path.last) {
        case (1, "backups"):
            let all = count + newerCount
            let begin = request.query("marker").flatMap(number).map { all - $0 } ?? 0
            let limit = request.query("limit").flatMap { Int($0) } ?? 100
            let page = (begin..<all).prefix(limit).map { item(all - 1 - $0) }
            return .json("{\"backups\": [\(page.joined(separator: ","))]}")
        case (3, "events"):
            notes.withLock { $0.eventMarkers.append(request.query("marker")) }
            return .json(events(of: number(path.dropFirst().first ?? "")))
        default:
            guard let number = number(path.last ?? ""), number < count + newerCount else {
                return .answer(404)
            }
            return .json(item(number))
        }
    }

    static func id(_ number: Int) -> String {
        let digits = String(number)
        return "b" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    private func number(_ id: some StringProtocol) -> Int? { Int(id.dropFirst()) }

    private func item(_ number: Int) -> String {
        let isOver = number < count && clock.now.offset >= ends[number]
        if isOver {
            notes.withLock {
                if $0.firstSeenOver[number] == nil { $0.firstSeenOver[number] = clock.now.offset }
            }
        }
        let state = isOver ? "completed" : "in_progress"
        return #"{"id": "\#(Self.id(number))", "state": "\#(state)", "snapshot_id": null, "errors": null}"#
    }

    private func events(of number: Int?) -> String {
        guard let number, number < count else { return #"{"events": []}"# }
        let done = Int(clock.now.offset / .seconds(1))
        return """
            {"events": [{"id": "\(done)", "time": "2014-08-05T18:22:59.238641Z", "event": "backup_progress",
             "bytes_completed": \(done), "bytes_remaining": 60, "total_bytes": \(done + 60)}]}
            """
    }
}
