import BackupAPI
import BackupTesting
import Testing

@testable import CloudBackup

struct WaitingTests {
    let bench = Bench()

    /// Waits for all backups of a fleet at the same time; answers each one's updates.
    private func waitForAll(of fleet: Fleet) async throws -> [[BackupUpdate]] {
        try await LoopbackServer.run(fleet.script) { server in
            let service = try bench.service(server)
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

    @Test(.timeLimit(.minutes(2)), arguments: [1, 10, 100, 1_000])
    func `waits cost at most 20 requests a second and see an end within 3 seconds`(count: Int) async throws {
        let fleet = Fleet(count: count, clock: bench.pauses)
        let updates = try await waitForAll(of: fleet)
        #expect(updates.count == count)
        #expect(updates.allSatisfy { $0.last?.backup.state == .completed })
        #expect(updates.allSatisfy { $0.count { $0.backup.state.isFinal } == 1 })
        #expect(fleet.busiestSecond <= 20)
        #expect(fleet.requestsPerSecond <= 12)
        let delays = fleet.delays
        #expect(delays.count == count)
        #expect(delays[delays.count * 99 / 100] <= .seconds(3))
        print(
            "FLEET",
            count,
            fleet.times.count,
            fleet.busiestSecond,
            fleet.requestsPerSecond,
            delays.last ?? .zero,
            delays[delays.count * 99 / 100]
        )
    }

    @Test(.timeLimit(.minutes(1)))
    func `backups that the newest pages do not have are found too`() async throws {
        let fleet = Fleet(count: 10, newerCount: 2_000, clock: bench.pauses)
        let updates = try await waitForAll(of: fleet)
        #expect(updates.allSatisfy { $0.last?.backup.state == .completed })
        #expect(fleet.busiestSecond <= 20)
