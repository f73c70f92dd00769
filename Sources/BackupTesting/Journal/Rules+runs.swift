internal import RunJournal

extension RunStoreContract {
    static let runRules = [
        Rule("a run comes back as it was recorded, with its source") { fixture in
            let claim = try await fixture.begun()
            try expect(claim, is: RunClaim(run: "r1", fence: 1), "the claim")
            try expect(try await fixture.second.run("r1"), is: .make(), "the run")
            try expect(try await fixture.second.script("5ca1ab1e"), is: .make(), "the source")
        },
        Rule("a run that begins with a fence is claimed with it") { fixture in
            var run = RunRecord.make()
            run.fence = 7
            let claim = try await fixture.store.begin(run, source: .make())
            try expect(claim, is: RunClaim(run: "r1", fence: 7), "the claim")
            try await fixture.store.record(.make(0), for: claim)
        },
        Rule("an id is taken once") { fixture in
            try await fixture.begun()
            var other = RunRecord.make(started: 9)
            other.scriptName = "other"
            try await expect(.recordedAlready(run: "r1"), of: "a second run with an id") { [other] in
                _ = try await fixture.second.begin(other, source: .make())
            }
            try expect(try await fixture.store.run("r1"), is: .make(), "the run")
        },
        Rule("of eight that begin a run with one id one does") { fixture in
            let winners = try await fixture.race { store, _ in
                try await store.begin(.make(), source: .make())
            }
            try expect(winners.count, is: 1, "the number of winners")
        },
        Rule("a run cannot begin with the source of another script") { fixture in
            let source = ScriptSource.make(sha256: "other")
            try await expect(.otherScript(source, run: .make()), of: "another script's source") {
                _ = try await fixture.store.begin(.make(), source: source)
            }
            try expect(try await fixture.store.runs(limit: 9), is: [], "the runs")
        },
        Rule("runs come newest first, at most as many as wanted") { fixture in
            for (id, started) in [("b", 2), ("a", 3), ("c", 1), ("d", 3)] as [(String, Int64)] {
                try await fixture.begun(id, started: started)
            }
            try expect(try await fixture.second.runs(limit: 3).map(\.id), is: ["d", "a", "b"], "three runs")
            try expect(try await fixture.store.runs(limit: 0), is: [], "no runs")
        },
        Rule("the runs that are not over come oldest first") { fixture in
            for (id, started) in [("b", 2), ("over", 1), ("a", 3), ("c", 1), ("d", 3)] as [(String, Int64)] {
                try await fixture.begun(id, started: started)
            }
            try await fixture.store.finish(RunClaim(run: "over", fence: 1), RunEnd(status: .ok, ended: 9))
            try await fixture.store.finish(RunClaim(run: "a", fence: 1), RunEnd(status: .parked, ended: 9))
            let ids = try await fixture.second.unfinishedRuns().map(\.id)
            try expect(ids, is: ["c", "b", "a", "d"], "the runs that are not over")
        },
        Rule("a status of a newer program survives and is not over") { fixture in
            var run = RunRecord.make()
            run.status = RunStatus(rawValue: "hibernating")
            _ = try await fixture.store.begin(run, source: .make())
            try expect(try await fixture.store.run("r1"), is: run, "the run")
            try expect(try await fixture.store.unfinishedRuns(), is: [run], "the runs that are not over")
        },
        Rule("what a cancelled task does is recorded") { fixture in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                let claim = try await fixture.begun()
                try await fixture.store.finish(claim, RunEnd(status: .cancelled, ended: 9))
            }
            try await task.value
            try expect(try await fixture.store.run("r1").status, is: .cancelled, "the status")
        },
    ]

    static let endingRules = [
        Rule("the end of a run is kept") { fixture in
            let claim = try await fixture.begun()
            let end = RunEnd(status: .warning, outcome: "warning", message: "2\u{0} files", ended: 9)
            try await fixture.store.finish(claim, end)
            var expected = RunRecord.make()
            expected.status = .warning
            expected.outcome = "warning"
            expected.message = "2\u{0} files"
            expected.ended = 9
            try expect(try await fixture.second.run("r1"), is: expected, "the run")
        },
        Rule("a parked run has no end and can be finished") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.finish(claim, RunEnd(status: .parked, message: "was it sent?", ended: 9))
            let parked = try await fixture.store.run("r1")
            try expect(parked.ended, is: nil, "the end of a parked run")
            try expect(parked.message, is: "was it sent?", "the message of a parked run")
            try await fixture.store.finish(claim, RunEnd(status: .cancelled, ended: 10))
            try expect(try await fixture.store.run("r1").ended, is: 10, "the end")
        },
        Rule("a run ends once") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.finish(claim, RunEnd(status: .ok, ended: 9))
            let before = try await fixture.store.run("r1")
            try await expect(.alreadyOver("r1", status: .ok), of: "a second end") {
                try await fixture.second.finish(claim, RunEnd(status: .failed, ended: 10))
            }
            try expect(try await fixture.store.run("r1"), is: before, "the run")
        },
        Rule("of eight that end a run one does") { fixture in
            let claim = try await fixture.begun()
            let winners = try await fixture.race { store, index in
                try await store.finish(claim, RunEnd(status: .ok, message: "\(index)", ended: 9))
                return "\(index)"
            }
            try expect(winners.count, is: 1, "the number of winners")
            try expect(try await fixture.store.run("r1").message, is: winners.first, "the message")
        },
    ]

    static let lookupRules = [
        Rule("a run is found by the beginning of its id") { fixture in
            for id in ["0190-aa", "0190-ab", "0190-ab-1", "02_%"] { try await fixture.begun(id) }
            for (text, id) in [("0190-aa", "0190-aa"), ("02", "02_%"), ("0190-ab", "0190-ab")] {
                try expect(try await fixture.store.run(text).id, is: id, "the run found by '\(text)'")
            }
        },
        Rule("a beginning of several ids is ambiguous and names them") { fixture in
            for id in ["0190-aa", "0190-ab"] { try await fixture.begun(id) }
            try await expect(.ambiguousRun("0190", ids: ["0190-aa", "0190-ab"]), of: "an ambiguous id") {
                _ = try await fixture.store.run("0190")
            }
        },
        Rule("an unknown id is refused") { fixture in
            try await fixture.begun()
            for id in ["", "9", "%", "_", "r11"] {
                try await expect(.unknownRun(id), of: "the id '\(id)'") {
                    _ = try await fixture.store.run(id)
                }
            }
        },
    ]
}
