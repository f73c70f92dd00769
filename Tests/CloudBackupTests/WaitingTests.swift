import BackupAPI
import BackupTesting
import LoopbackTesting
import Testing

@testable import CloudBackup

struct WaitingTests {
    let bench = Bench()

    /// Waits for all backups of a fleet at the same time; answers each one's updates.
    private func waitForAll(of fleet: Fleet) async throws -> [[BackupUpdate]] {
        try await LoopbackServer.run(fleet.script) { server in
            let service = try bench.service(port: server.port)
            return try await withThrowingTaskGroup { group in
                for number in 0..<fleet.count {
                    group.addTask {
                        var updates: [BackupUpdate] = []
                        for try await update in service.updates(of: ResourceID(Fleet.id(number))) {
                            updates.append(update)
                        }
                        return updates
                    }
                }
                while await service.watcher.watched.count < fleet.count { await Task.yield() }
                fleet.everyoneWaits.open()
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: [1, 10, 100, 1_000], [20, 150])
    func `waits cost at most 20 requests a second and see an end within 3 seconds`(
        count: Int,
        milliseconds: Int
    ) async throws {
        let fleet = Fleet(count: count, latency: .milliseconds(milliseconds), clock: bench.pauses)
        let updates = try await waitForAll(of: fleet)
        #expect(updates.count == count)
        #expect(updates.allSatisfy { $0.last?.backup.state == .completed })
        #expect(updates.allSatisfy { $0.count { $0.backup.state.isFinal } == 1 })
        #expect(fleet.busiestSecond <= 20)
        #expect(fleet.requestsPerSecond <= 12)
        let delays = fleet.delays
        #expect(delays.count == count)
        #expect(delays[delays.count * 99 / 100] <= .seconds(3))
    }

    @Test(.timeLimit(.minutes(5)))
    func `backups that the newest pages do not have are found too`() async throws {
        let fleet = Fleet(count: 10, newerCount: 2_000, clock: bench.pauses)
        let updates = try await waitForAll(of: fleet)
        #expect(updates.allSatisfy { $0.last?.backup.state == .completed })
        #expect(fleet.busiestSecond <= 20)
    }

    @Test func `progress comes from the events after the last one that was read`() async throws {
        let fleet = Fleet(count: 1, clock: bench.pauses)
        let updates = try await waitForAll(of: fleet)
        let progress = try #require(updates.first).compactMap(\.progress)
        #expect(progress.count > 1)
        #expect(progress.map(\.bytesDone) == progress.map(\.bytesDone).sorted())
        #expect(progress.allSatisfy { $0.totalBytes == $0.bytesDone + 60 })
        let markers = fleet.eventMarkers
        #expect(markers.first == .some(nil))
        let read = Set(progress.map { "\($0.bytesDone)" })
        #expect(markers.dropFirst().allSatisfy { read.contains($0 ?? "none") })
    }

    @Test func `a wait outlives a service that fails for a while, and events that cannot be read`()
        async throws
    {
        let replies = LoopbackServer.inTurn([
            .json(.backup(state: "in_progress")), .answer(500), .answer(503), .reset, .answer(502),
            .json(.backup(state: "completed")),
        ])
        try await LoopbackServer.run {
            $0.path.hasSuffix("events") ? .answer(404) : await replies($0)
        } _: { server in
            let service = try bench.service(port: server.port)
            var states: [ActivityState] = []
            let last = try await service.wait(for: "b1") { states.append($0.backup.state) }
            #expect(last.state == .completed)
            #expect(states == [.inProgress, .completed])
            #expect(server.requests.count { $0.path.hasSuffix("events") } == 1)
        }
    }

    @Test func `a wait ends with an error when an outage lasts`() async throws {
        try await LoopbackServer.run { _ in
            .answer(500)
        } _: { server in
            let service = try bench.service(
                port: server.port,
                deadlines: CloudDeadlines(outage: .seconds(30))
            )
            let error = await #expect(throws: BackupError.self) { try await service.wait(for: "b1") }
            #expect(error?.description == "GET /backups/b1 was answered with 500. Try again later.")
            #expect(bench.pauses.now.offset >= .seconds(30))
            #expect(await service.watcher.watched.isEmpty)
        }
    }

    @Test func `an unknown backup ends its own wait only`() async throws {
        let fleet = Fleet(count: 5, clock: bench.pauses)
        fleet.everyoneWaits.open()
        try await LoopbackServer.run(fleet.script) { server in
            let service = try bench.service(port: server.port)
            let others = Task {
                try await withThrowingTaskGroup { group in
                    for number in 0..<5 {
                        group.addTask { try await service.wait(for: ResourceID(Fleet.id(number))) }
                    }
                    return try await group.reduce(into: 0) { count, _ in count += 1 }
                }
            }
            let error = await #expect(throws: BackupError.self) { try await service.wait(for: "b999999") }
            #expect(error?.code == .unknownBackup)
            let count = try await others.value
            #expect(count == 5)
        }
    }

    @Test func `two waits for one backup share their requests, and each has the final record`() async throws {
        let fleet = Fleet(count: 1, clock: bench.pauses)
        fleet.everyoneWaits.open()
        try await LoopbackServer.run(fleet.script) { server in
            let service = try bench.service(port: server.port)
            async let first = service.wait(for: ResourceID(Fleet.id(0)))
            async let second = service.wait(for: ResourceID(Fleet.id(0)))
            let states = try await [first.state, second.state]
            #expect(states == [.completed, .completed])
            #expect(fleet.busiestSecond <= 5)
        }
    }

    @Test func `nothing is asked when no one waits any more`() async throws {
        try await LoopbackServer.run { _ in
            .json(.backup(state: "in_progress"))
        } _: { server in
            let service = try bench.service(port: server.port)
            for try await _ in service.updates(of: "b1") { break }
            while await service.watcher.isRunning { await Task.yield() }
            let count = server.requests.count
            let backup = try await service.backup("b1")
            #expect(backup.state == .inProgress)
            #expect(server.requests.count == count + 1)
        }
    }

    @Test func `an unknown state is not the end`() async throws {
        let replies = LoopbackServer.inTurn([
            .json(.backup(state: "thinking")), .json(.backup(state: "completed_with_errors")),
        ])
        try await LoopbackServer.run(replies) { server in
            var states: [String] = []
            _ = try await bench.service(port: server.port).wait(for: "b1") {
                states.append($0.backup.state.rawValue)
            }
            #expect(states == ["thinking", "completed_with_errors"])
        }
    }

    @Test func `a backup that may not be read ends its own wait only`() async throws {
        let fleet = Fleet(count: 5, clock: bench.pauses)
        fleet.everyoneWaits.open()
        let script: LoopbackServer.Script = {
            $0.path.hasSuffix("/secret") ? .answer(403) : await fleet.script($0)
        }
        try await LoopbackServer.run(script) { server in
            let service = try bench.service(port: server.port)
            let refused = Task { try await service.wait(for: "secret") }
            for number in 0..<2 {
                let final = try await service.wait(for: ResourceID(Fleet.id(number)))
                #expect(final.state == .completed)
            }
            let error = await #expect(throws: BackupError.self) { try await refused.value }
            #expect(error?.code == .forbidden)
        }
    }
}
