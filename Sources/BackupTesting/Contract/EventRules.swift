internal import BackupAPI

enum EventRules {
    static let all: [Rule] = [
        Rule.whole("the events of a backup tell its life in order") { fixture, whole in
            let backup = try await fixture.finished(fixture.completing)
            let events = try await fixture.service.events(of: .backup(backup.id), Page())
            try checkOrder(events, from: "backup_start_request", to: "backup_completed")
            let names = events.map(\.event)
            try expect(names.contains("backup_in_progress"), "backup_in_progress", found: names)
            try expect(
                events.allSatisfy {
                    $0.backup?.id == backup.id.rawValue && $0.agent?.id == whole.agent.rawValue
                        && $0.configuration?.id == fixture.completing.rawValue
                },
                "the backup, its agent and its configuration in each",
                found: events
            )
        },
        Rule.whole("the events of a backup's progress have bytes that add up") { fixture, _ in
            let backup = try await fixture.finished(fixture.completing)
            let events = try await fixture.service.events(of: .backup(backup.id), Page())
            let progress = events.filter { $0.event == "backup_progress" }
            try expect(!progress.isEmpty, "at least one backup_progress", found: events.map(\.event))
            for event in progress {
                guard let done = event.bytesCompleted, let rest = event.bytesRemaining,
                    let total = event.totalBytes
                else { throw ContractViolation(expected: "three numbers", found: "\(event)") }
                try expect(rest >= 0 && done + rest == total, "a sum", found: "\(done) + \(rest) = \(total)")
            }
        },
        Rule.whole("restores and cleanups have events too, and the lists of all have them") {
            fixture,
            whole in
            let (backup, restore) = try await fixture.restored(whole)
            let cleanup = try await fixture.cleanedUp(whole)
            let service = fixture.service
            let ofRestore = try await service.events(of: .restore(restore.id), Page())
            try checkOrder(ofRestore, from: "restore_start_request", to: "restore_completed")
            let ofCleanup = try await service.events(of: .cleanup(cleanup.id), Page())
            try checkOrder(ofCleanup, from: "cleanup_start_request", to: "cleanup_completed")
            let ofBackup = try await service.events(of: .backup(backup.id), Page()).map(\.id)
            let all = Set(ofBackup + ofRestore.map(\.id) + ofCleanup.map(\.id))
            for subject in [EventSubject.project, .agent(whole.agent)] {
                let found = try await service.events(of: subject, Page(limit: 1_000)).map(\.id)
                try expect(all.isSubset(of: found), "\(all) in those of \(subject)", found: found)
            }
            let subject = EventSubject.configuration(fixture.completing)
            let found = Set(try await service.events(of: subject, Page(limit: 1_000)).map(\.id))
            try expect(
                found.isSuperset(of: ofBackup + ofRestore.map(\.id))
                    && found.isDisjoint(with: ofCleanup.map(\.id)),
                "those of the backup and the restore, and not those of the cleanup",
                found: found
            )
        },
        Rule.whole("events after a marker are those that came later") { fixture, _ in
            let backup = try await fixture.finished(fixture.completing)
            let subject = EventSubject.backup(backup.id)
            let all = try await fixture.service.events(of: subject, Page()).map(\.id)
            try expect(all.count > 2, "at least three events", found: all)
            let later = try await fixture.service.events(of: subject, Page(after: all[0], limit: 2)).map(\.id)
            try expect(later == Array(all[1...2]), "\(all[1...2])", found: later)
            let newestFirst = Page<Event>(isAscending: false)
            let turned = try await fixture.service.events(of: subject, newestFirst).map(\.id)
            try expect(turned == all.reversed(), "\(Array(all.reversed()))", found: turned)
            let forgotten = try await fixture.service.events(of: subject, Page(after: "1")).map(\.id)
            try expect(
                forgotten == all || forgotten == Array(all.dropFirst()),
                "all after a marker that is forgotten",
                found: forgotten
            )
        },
        Rule.whole("events of an unknown subject are refused") { fixture, _ in
            let unknown = "00000000-dead-4000-8000-000000000000"
            let subjects: [(EventSubject, BackupError.Code)] = [
                (.backup(ResourceID(unknown)), .unknownBackup),
                (.restore(ResourceID(unknown)), .unknownRestore),
                (.cleanup(ResourceID(unknown)), .unknownCleanup),
                (.agent(ResourceID(unknown)), .unknownAgent),
                (.configuration(ResourceID(unknown)), .unknownConfiguration),
            ]
            for (subject, code) in subjects {
                try await expect(code, of: "the events of \(subject)") {
                    _ = try await fixture.service.events(of: subject, Page())
                }
            }
        },
    ]

    private static func checkOrder(_ events: [Event], from first: String, to last: String) throws {
        let names = events.map(\.event)
        try expect(names.first == first && names.last == last, "\(first) to \(last)", found: names)
        let numbers = events.compactMap { Int64($0.id.rawValue) }
        try expect(
            numbers.count == events.count && zip(numbers, numbers.dropFirst()).allSatisfy(<),
            "ids that are ascending numbers",
            found: events.map(\.id)
        )
        let times = events.map(\.time)
        try expect(times == times.sorted(), "times in their order", found: times)
    }
}
