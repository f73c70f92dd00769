import BackupAPI
import RunJournal
import Testing

@testable import moonkeep

/// Runs of processes that cannot be seen from here.
@Suite struct LeaseTimeTests {
    @Test(arguments: [(-1, true), (1, false), (30, false), (172_800, true)])
    func `a lease tells, unless its clock was put back`(seconds: Int, isInterrupted: Bool) {
        let now = Timestamp(seconds: 1_700_000_000)
        let run = RunRecord(
            id: "r",
            scriptName: "a.lua",
            scriptSHA256: "abc",
            seed: 1,
            owner: RunOwner(processID: 1, processStartTime: 1, bootID: "another place"),
            leaseEnd: now.microseconds + Int64(seconds) * 1_000_000,
            started: 1
        )
        #expect(run.isInterrupted(at: now) == isInterrupted)
    }
}
