internal import BackupAPI

enum RestoreRules {
    static let all: [Rule] = [
        Rule.whole("a restore writes the files, and says how many and how large") { fixture, whole in
            let (_, restore) = try await fixture.restored(whole)
            try expect(restore.state == .completed, "completed", found: restore)
            try expect(
                restore.filesRestored == whole.restored.files
                    && restore.bytesRestored == whole.restored.bytes,
                "\(whole.restored.files) files with \(whole.restored.bytes) bytes",
                found: restore
            )
            guard let started = restore.startedTime, let ended = restore.endedTime else {
                throw ContractViolation(expected: "both times", found: "\(restore)")
            }
            try expect(ended >= started, "an end after the start", found: "\(started) to \(ended)")
            let errors = try await fixture.service.errors(ofRestore: restore.id)
            try expect(errors.count == 0 && errors.list.isEmpty, "no errors", found: errors)
            guard let sizeOfFile = whole.sizeOfFile else { return }
            for (name, size) in whole.files {
                let path = "\(whole.destination)\(whole.folder)/\(name)"
                let found = try await sizeOfFile(path)
                try expect(found == size, "'\(path)' with \(size) bytes", found: "\(found, default: "none")")
            }
        },
        Rule.whole("a restore that is stopped at once ends as stopped, unless it was faster") {
            fixture,
            whole in
            let backup = try await fixture.finished(fixture.completing)
            let restore = try await fixture.service.startRestore(whole.restore(of: backup), key: nil)
            let answer = try await fixture.service.stopRestore(restore.id)
            let onItsWay: [ActivityState] = [.stopRequested, .stopped]
            try expect(onItsWay.contains(answer.state), "one of \(onItsWay)", found: answer.state)
            let final = try await fixture.finished(restore.id)
            let ends: [ActivityState] = [.stopped, .completed]
            try expect(ends.contains(final.state), "one of \(ends)", found: final.state)
            try await expect(.conflict, of: "stopping a restore that is \(final.state)") {
                _ = try await fixture.service.stopRestore(restore.id)
            }
            let read = try await fixture.service.restore(restore.id)
            try expect(read == final, "the record of '\(final.id)' as it was", found: read)
        },
        Rule.whole("an unknown restore is refused as unknown_restore") { fixture, _ in
            let unknown: ResourceID<Restore> = "00000000-dead-4000-8000-000000000000"
            try await expect(.unknownRestore, of: "reading '\(unknown)'") {
                _ = try await fixture.service.restore(unknown)
            }
            try await expect(.unknownRestore, of: "stopping '\(unknown)'") {
                _ = try await fixture.service.stopRestore(unknown)
            }
            try await expect(.unknownRestore, of: "the errors of '\(unknown)'") {
                _ = try await fixture.service.errors(ofRestore: unknown)
            }
        },
    ]
}
