internal import BackupAPI

enum StartRules {
    static let all: [Rule] = [
        Rule("a start answers a record of the contract's shape") { fixture in
            let backup = try await fixture.service.start(fixture.completing, key: nil)
            try BackupShape.check(backup, of: fixture.completing)
            guard !backup.state.isFinal else { return }
            try expect(backup.endedTime == nil, "no end of a backup in \(backup.state)", found: backup)
            try expect(backup.snapshotID == nil, "no snapshot of a backup in \(backup.state)", found: backup)
            try expect(!backup.restorable, "nothing to restore of a backup in \(backup.state)", found: backup)
            guard backup.state != .inProgress else { return }
            let figures = [
                Int64(backup.filesSearched + backup.filesBackedUp), backup.bytesSearched,
                backup.bytesBackedUp,
            ]
            try expect(figures == [0, 0, 0], "zeros in a backup that has just begun", found: figures)
            try expect(
                backup.errors.count == 0,
                "no errors of a backup that has just begun",
                found: backup.errors
            )
            try expect(backup.startedTime == nil, "no start of a backup in \(backup.state)", found: backup)
        },
        Rule("every record of a backup's life has the contract's shape") { fixture in
            for configuration in [fixture.completing, fixture.completingWithErrors, fixture.failing] {
                let backup = try await fixture.service.start(configuration, key: nil)
                for try await update in fixture.service.updates(of: backup.id) {
                    try BackupShape.check(update.backup, of: configuration)
                }
                try BackupShape.check(try await fixture.service.backup(backup.id), of: configuration)
            }
            let running = try await fixture.running()
            try BackupShape.check(running, of: fixture.runningUntilStopped)
            try BackupShape.check(try await fixture.stopped(running), of: fixture.runningUntilStopped)
        },
        Rule("two starts without a key are two backups") { fixture in
            let first = try await fixture.service.start(fixture.completing, key: nil)
            let second = try await fixture.service.start(fixture.completing, key: nil)
            try expect(first.id != second.id, "two ids", found: "'\(first.id)' twice")
        },
        Rule("starts with one key are one backup, also when it is over") { fixture in
            let first = try await fixture.service.start(fixture.completing, key: "contract/one#1")
            let second = try await fixture.service.start(fixture.completing, key: "contract/one#1")
            try expect(second.id == first.id, "'\(first.id)' again", found: second.id)
            let final = try await fixture.service.wait(for: first.id)
            let third = try await fixture.service.start(fixture.completing, key: "contract/one#1")
            try expect(third == final, "the final record of '\(final.id)' again", found: third)
        },
        Rule("starts with different keys are different backups") { fixture in
            let first = try await fixture.service.start(fixture.completing, key: "contract/two#1")
            let second = try await fixture.service.start(fixture.completing, key: "contract/two#2")
            try expect(first.id != second.id, "two ids", found: "'\(first.id)' twice")
        },
        Rule("starts with one key at the same time are one backup") { fixture in
            let ids = try await withThrowingTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await fixture.service.start(fixture.completing, key: "contract/many#1").id
                    }
                }
                return try await group.reduce(into: Set<ResourceID<Backup>>()) { $0.insert($1) }
            }
            try expect(ids.count == 1, "one id", found: ids)
        },
        Rule("a second instance knows the keys and the records of the first") { fixture in
            guard let makeSecondInstance = fixture.makeSecondInstance else { return }
            let first = try await fixture.service.start(fixture.completing, key: "contract/instances#1")
            let second = try await makeSecondInstance()
            let again = try await second.start(fixture.completing, key: "contract/instances#1")
            try expect(again.id == first.id, "'\(first.id)' again", found: again.id)
            let final = try await fixture.service.wait(for: first.id)
            let read = try await second.backup(first.id)
            try expect(read == final, "the final record of '\(final.id)' again", found: read)
        },
    ]
}
