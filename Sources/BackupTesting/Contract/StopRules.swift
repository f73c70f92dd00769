internal import BackupAPI

enum StopRules {
    static let all: [Rule] = [
        Rule("a backup that is stopped in progress ends as stopped") { fixture in
            let final = try await fixture.stopped(try await fixture.running())
            try expect(final.state == .stopped, "stopped", found: final.state)
            try expect(final.endedTime != nil, "an end", found: final)
        },
        Rule("a backup that is stopped at once ends as stopped") { fixture in
            let final = try await fixture.stopped(
                try await fixture.service.start(fixture.runningUntilStopped, key: nil)
            )
            try expect(final.state == .stopped, "stopped", found: final.state)
            try expect(final.endedTime != nil, "an end", found: final)
        },
        Rule("a stop answers a record that is on its way to stopped") { fixture in
            let answer = try await fixture.service.stop(try await fixture.running().id)
            let states: [ActivityState] = [.stopRequested, .stopped]
            try expect(states.contains(answer.state), "one of \(states)", found: answer.state)
            _ = try await fixture.service.wait(for: answer.id)
        },
        Rule("a second stop changes nothing while the first is on its way") { fixture in
            let backup = try await fixture.running()
            _ = try await fixture.service.stop(backup.id)
            do {
                let answer = try await fixture.service.stop(backup.id)
                try expect((answer.state.rank ?? 0) >= 4, "the record of a stop", found: answer.state)
            } catch let error as BackupError where error.code == .conflict {
                // The first may be done by now, and then the second is one of a backup that is over.
                let now = try await fixture.service.backup(backup.id)
                try expect(now.state.isFinal, "no conflict before the end", found: now.state)
            }
            let final = try await fixture.service.wait(for: backup.id)
            try expect(final.state == .stopped, "stopped", found: final.state)
        },
        Rule("a backup that is over cannot be stopped") { fixture in
            for configuration in [fixture.completing, fixture.failing] {
                let final = try await fixture.finished(configuration)
                try await expect(.conflict, of: "stopping a backup that is \(final.state)") {
                    _ = try await fixture.service.stop(final.id)
                }
                let now = try await fixture.service.backup(final.id)
                try expect(now == final, "the record of '\(final.id)' as it was", found: now)
            }
        },
    ]
}
