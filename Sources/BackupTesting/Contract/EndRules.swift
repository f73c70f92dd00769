internal import BackupAPI

enum EndRules {
    static let all: [Rule] = [
        Rule("a final record says when it began and when it ended") { fixture in
            for configuration in [fixture.completing, fixture.completingWithErrors, fixture.failing] {
                try checkTimes(try await fixture.finished(configuration))
            }
        },
        Rule("a completed backup has a snapshot and no errors") { fixture in
            let final = try await fixture.finished(fixture.completing)
            try expect(final.state == .completed, "completed", found: final.state)
            try expect(final.errors.count == 0, "no errors", found: final.errors)
            try expect(final.snapshotID != nil, "a snapshot", found: final)
            try expect(final.restorable, "a backup that can be restored", found: final)
            let restorable = try await fixture.service.restorableConfigurations()
            try expect(
                restorable.contains(fixture.completing),
                "'\(fixture.completing)' among the configurations that can be restored",
                found: restorable
            )
            let errors = try await fixture.service.errors(of: final.id)
            try expect(errors.count == 0 && errors.list.isEmpty, "an empty list of errors", found: errors)
        },
        Rule("a backup that completed with errors lists them by path") { fixture in
            let final = try await fixture.finished(fixture.completingWithErrors)
            try expect(final.state == .completedWithErrors, "completed_with_errors", found: final.state)
            try expect(!final.errors.reason.isEmpty, "a reason", found: final.errors)
            try expect(final.restorable, "a backup that can be restored", found: final)
            let errors = try await fixture.service.errors(of: final.id)
            try expect(!errors.list.isEmpty, "at least one error", found: errors)
            try expect(errors.count >= errors.list.count, "a count of at least the list", found: errors)
            try expect(
                errors.count == final.errors.count,
                "the record's \(final.errors.count)",
                found: errors.count
            )
            try expect(
                errors.list.allSatisfy { !$0.path.isEmpty },
                "a path in every error",
                found: errors.list
            )
        },
        Rule("a failed backup says why and cannot be restored") { fixture in
            let final = try await fixture.finished(fixture.failing)
            try expect(final.state == .failed, "failed", found: final.state)
            try expect(!final.errors.reason.isEmpty, "a reason", found: final.errors)
            try expect(final.errors.diagnostics?.isEmpty == false, "diagnostics", found: final.errors)
            try expect(!final.restorable, "a backup that cannot be restored", found: final)
        },
    ]

    private static func checkTimes(_ backup: Backup) throws {
        guard let started = backup.startedTime, let ended = backup.endedTime else {
            throw ContractViolation(
                expected: "both times of '\(backup.id)', \(backup.state)",
                found: "\(backup)"
            )
        }
        try expect(ended >= started, "an end after the start", found: "\(started) to \(ended)")
    }
}
