internal import RunJournal

extension RunStoreContract {
    static let claimRules = [
        Rule("a run that is taken is running, with one more attempt, another fence and its new owner") {
            fixture in
            try await fixture.begun()
            let claim = try await fixture.second.take(.make(), owner: .other, leaseEnd: 77)
            var expected = RunRecord.make()
            expected.attempt = 2
            expected.fence = claim.fence
            expected.owner = .other
            expected.leaseEnd = 77
            try expect(try await fixture.store.run("r1"), is: expected, "the run")
            try expect(claim.run, is: "r1", "the run of the claim")
            try expect(claim.fence > 1, is: true, "a greater fence")
        },
        Rule("a parked run can be taken, and what was said about it is gone") { fixture in
            _ = try await fixture.parked()
            _ = try await fixture.taken()
            let run = try await fixture.store.run("r1")
            try expect(run.status, is: .running, "the status")
            try expect(run.message, is: nil, "the message")
        },
        Rule("a run is taken from the claim that was seen only") { fixture in
            try await fixture.begun()
            let seen = try await fixture.store.run("r1")
            let claim = try await fixture.taken()
            try await expect(.takenAlready("r1"), of: "a second take") {
                _ = try await fixture.second.take(seen, owner: .one, leaseEnd: 99)
            }
            let run = try await fixture.store.run("r1")
            try expect(run.fence, is: claim.fence, "the fence")
            try expect(run.owner, is: .other, "the owner")
        },
        Rule("of eight that take a run one does, again and again") { fixture in
            try await fixture.begun()
            for attempt in 2...6 {
                let seen = try await fixture.store.run("r1")
                let winners = try await fixture.race { store, index in
                    try await store.take(seen, owner: .other, leaseEnd: Int64(index))
                }
                try expect(winners.count, is: 1, "the number of winners")
                let run = try await fixture.store.run("r1")
                try expect(run.attempt, is: attempt, "the attempt")
                try expect(run.fence, is: winners.first?.fence ?? 0, "the fence")
            }
        },
        Rule("a run that is over cannot be taken") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.finish(claim, RunEnd(status: .failed, ended: 9))
            try await expect(.alreadyOver("r1", status: .failed), of: "taking a run that is over") {
                _ = try await fixture.taken()
            }
        },
        Rule("an unknown run cannot be taken") { fixture in
            try await expect(.unknownRun("r1"), of: "taking an unknown run") {
                _ = try await fixture.store.take(.make(), owner: .other, leaseEnd: 9)
            }
        },
        Rule("a lease is moved") { fixture in
            let claim = try await fixture.begun()
            let isCancelled = try await fixture.store.renew(claim, leaseEnd: 123)
            try expect(isCancelled, is: false, "the answer")
            var expected = RunRecord.make()
            expected.leaseEnd = 123
            try expect(try await fixture.second.run("r1"), is: expected, "the run")
        },
    ]

    static let fenceRules =
        ClaimedWrite.all.map { write in
            Rule("under a claim that is lost, \(write.name) is refused and changes nothing") { fixture in
                let claim = try await fixture.prepared()
                _ = try await fixture.taken()
                let before = try await fixture.everything()
                try await expect(.claimLost(claim), of: write.name) {
                    try await write.body(fixture.second, claim)
                }
                try expect(try await fixture.everything(), is: before, "the journal")
            }
        }
        + ClaimedWrite.all.map { write in
            Rule("for a run that was never recorded, \(write.name) is refused") { fixture in
                let before = try await fixture.everything()
                try await expect(.unknownRun("r1"), of: write.name) {
                    try await write.body(fixture.store, RunClaim(run: "r1", fence: 1))
                }
                try expect(try await fixture.everything(), is: before, "the journal")
            }
        }
        + ClaimedWrite.all.map { write in
            Rule("under the claim of whoever has taken the run, \(write.name) is done") { fixture in
                _ = try await fixture.prepared()
                try await write.body(fixture.store, try await fixture.taken())
            }
        }

    static let cancellationRules = [
        Rule("whoever renews the lease hears of a cancellation") { fixture in
            let claim = try await fixture.begun()
            for _ in 0..<2 { try await fixture.second.requestCancellation(of: "r1") }
            try expect(try await fixture.store.run("r1").isCancellationRequested, is: true, "the request")
            try expect(try await fixture.store.renew(claim, leaseEnd: 9), is: true, "the answer")
        },
        Rule("a cancellation outlives whoever executes the run") { fixture in
            try await fixture.begun()
            try await fixture.store.requestCancellation(of: "r1")
            let claim = try await fixture.taken()
            try expect(try await fixture.store.renew(claim, leaseEnd: 9), is: true, "the answer")
        },
        Rule("a run that is over cannot be cancelled") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.finish(claim, RunEnd(status: .ok, ended: 9))
            try await expect(.alreadyOver("r1", status: .ok), of: "a cancellation") {
                try await fixture.store.requestCancellation(of: "r1")
            }
            try expect(try await fixture.store.run("r1").isCancellationRequested, is: false, "the request")
        },
        Rule("an unknown run cannot be cancelled") { fixture in
            try await expect(.unknownRun("r"), of: "a cancellation") {
                try await fixture.store.requestCancellation(of: "r")
            }
        },
    ]
}
