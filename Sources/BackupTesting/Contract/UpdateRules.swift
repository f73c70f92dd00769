internal import BackupAPI

enum UpdateRules {
    static let all: [Rule] = [
        Rule("updates begin with the record as of now") { fixture in
            let running = try await fixture.running()
            var first: BackupUpdate?
            for try await update in fixture.service.updates(of: running.id) {
                first = update
                break
            }
            let state = first?.backup.state
            try expect(
                first?.backup.id == running.id,
                "an update of '\(running.id)' at once",
                found: "\(first, default: "none")"
            )
            try expect(state == .inProgress, "in_progress at once", found: "\(state, default: "nothing")")
            try await fixture.stopped(running)
        },
        Rule("updates end with the final record") { fixture in
            for configuration in [fixture.completing, fixture.completingWithErrors, fixture.failing] {
                let final = try await fixture.finished(configuration)
                try expect(final.state.isFinal, "a final state at the end", found: final.state)
                let read = try await fixture.service.backup(final.id)
                try expect(read == final, "the last update's record of '\(final.id)'", found: read)
            }
        },
        Rule("updates of a backup that is over are its final record") { fixture in
            let final = try await fixture.finished(fixture.completing)
            var records: [Backup] = []
            for try await update in fixture.service.updates(of: final.id) { records.append(update.backup) }
            try expect(records == [final], "one update, the final record", found: records.map(\.state))
        },
        Rule("the states of one backup only move forward") { fixture in
            for configuration in [fixture.completing, fixture.completingWithErrors, fixture.failing] {
                let backup = try await fixture.service.start(configuration, key: nil)
                var states = [backup.state]
                for try await update in fixture.service.updates(of: backup.id) {
                    states.append(update.backup.state)
                }
                let ranks = states.compactMap(\.rank)
                try expect(ranks == ranks.sorted(), "states in their order", found: states)
                let finalStates = Set(states.filter(\.isFinal))
                try expect(finalStates.count == 1, "one final state", found: states)
            }
        },
        Rule("a cancelled wait leaves the backup running") { fixture in
            let running = try await fixture.running()
            let hasNews = Gate()
            let waiting = Task {
                try await fixture.service.wait(for: running.id) { _ in hasNews.open() }
            }
            defer { waiting.cancel() }
            try await hasNews.pass()
            waiting.cancel()
            do {
                let answer = try await waiting.value
                throw ContractViolation(
                    expected: "a cancelled wait to throw CancellationError",
                    found: "\(answer)"
                )
            } catch is CancellationError {}
            try await checkRuns(running, in: fixture)
        },
        Rule("ending the iteration of updates leaves the backup running") { fixture in
            let running = try await fixture.running()
            for try await _ in fixture.service.updates(of: running.id) { break }
            try await checkRuns(running, in: fixture)
        },
    ]

    /// Checks that a backup is in progress still, and that it can be stopped.
    private static func checkRuns(_ backup: Backup, in fixture: Fixture) async throws {
        let now = try await fixture.service.backup(backup.id)
        try expect(now.state == .inProgress, "'\(backup.id)' in progress", found: now.state)
        let final = try await fixture.stopped(backup)
        try expect(final.state == .stopped, "'\(backup.id)' stopped on request only", found: final.state)
    }
}
