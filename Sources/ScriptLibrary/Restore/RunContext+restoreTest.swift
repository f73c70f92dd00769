import BackupAPI
import Foundation
import LuaKit
import PluginHost
import RunJournal

extension RunContext {
    /// Chooses files, restores them, looks at them and removes them: each a step, so that a resumed run goes on with the
    /// same files and the same restore.
    func testRestore(
        of backup: ResourceID<Backup>,
        _ options: RestoreTestOptions,
        beneath temporaryFolder: String
    ) async throws -> LuaValue {
        let count = options.count ?? 20
        guard (1...1_000).contains(count) else {
            throw ArgumentProblem("count: 1 to 1000 expected, got \(count)").at(2)
        }
        let maxBytes = options.maxBytes?.value ?? 256 << 20
        let seed = options.seed?.value ?? backup.rawValue
        let id = LuaValue.string(backup.rawValue)
        var choice = StepCall(
            name: "restore.sample",
            kind: .read,
            arguments: [id, .integer(Int64(count)), .integer(maxBytes), .string(seed)]
        )
        (choice.function, choice.needs) = ("restore.test", currentCall.needs)
        guard !isPlan else {
            try steps.plan(choice)
            try steps.plan(StepCall(name: "restore.start", kind: .start, arguments: [id]))
            return RestoreFindings(restore: .nil, files: []).luaValue
        }
        let sample = try await steps.step(choice) { _ in
            let files = try await RestoreSample.files(
                of: backup,
                in: service,
                count: count,
                maxBytes: maxBytes,
                seed: seed
            )
            guard !files.isEmpty else { throw BackupError.nothingToTest(backup, maxBytes: maxBytes) }
            let name =
                "moonkeep-restore-"
                + SHA256.hexDigest(of: Array((stepKey ?? id.textForPeople).utf8)).prefix(16)
            return try LuaEncoder.encode(RestoreSample(files: files, folder: temporaryFolder + "/" + name))
        }
        return try await restoreAndLook(
            try LuaDecoder.decode(RestoreSample.self, from: sample),
            backup,
            within: options.timeout?.value ?? .seconds(7_200)
        )
    }

    private func restoreAndLook(
        _ sample: RestoreSample,
        _ backup: ResourceID<Backup>,
        within timeout: Duration
    )
        async throws -> LuaValue
    {
        var start = StepCall(
            name: "restore.start",
            kind: .start,
            arguments: [.string(backup.rawValue), .string(sample.folder)]
        )
        (start.function, start.needs) = ("restore.test", currentCall.needs)
        var restore = LuaValue.nil
        do {
            restore = try await startRestore(start) {
                RestoreDraft(
                    backup: backup,
                    destinationAgent: try await service.backup(backup).agent.id,
                    destinationPath: sample.folder,
                    inclusions: sample.files.map { PathRule(type: .file, path: $0.path) }
                )
            }
            _ = try await goodRestore(restore, of: backup, within: timeout)
            return try await steps.step(StepCall(name: "restore.look", kind: .effect, arguments: [restore])) {
                _ in
                let files = sample.files.map { RestoredFile($0, beneath: sample.folder) }
                try? FileManager.default.removeItem(atPath: sample.folder)
                let findings = RestoreFindings(restore: restore, files: files)
                if !findings.areGood { throw RestoreTestFailed(backup: backup, findings: findings) }
                return findings.luaValue
            }
        } catch {
            // A run that only halts goes on later, with the folder.
            if !isHalted { await giveUp(restore, in: sample.folder) }
            throw error
        }
    }

    /// Stops the restore, if it runs, and removes its folder, also when the run is cancelled.
    private func giveUp(_ restore: LuaValue, in folder: String) async {
        let service = try? service
        await Task(executorPreference: environment.taskExecutor) {
            if let id = restore.text {
                // One that is over cannot be stopped, and need not be.
                _ = try? await service?.stopRestore(ResourceID(id))
            }
            try? FileManager.default.removeItem(atPath: folder)
        }.value
    }
}

/// What came of a test restore.
private struct RestoreFindings {
    let restore: LuaValue
    let files: [RestoredFile]

    var areGood: Bool { files.allSatisfy { $0.finding == .good } }

    func paths(_ finding: RestoredFile.Finding) -> [String] {
        files.filter { $0.finding == finding }.map(\.file.path)
    }

    var luaValue: LuaValue {
        func list(_ finding: RestoredFile.Finding) -> LuaValue { .array(paths(finding).map(LuaValue.string)) }
        return .record([
            "restore": restore,
            "checked": .integer(Int64(files.count)),
            "matched": .integer(Int64(files.count(where: \.isMatched))),
            "bytes": .integer(files.reduce(0) { $0 + $1.file.bytes }),
            "missing": list(.missing),
            "changed": list(.changed),
            "unreadable": list(.unreadable),
            "files": .array(
                files.map { file in
                    .record([
                        "path": .string(file.file.path),
                        "bytes": .integer(file.file.bytes),
                        "sha256": file.sha256.map(LuaValue.string) ?? .nil,
                        "matched": .boolean(file.isMatched),
                    ])
                }
            ),
        ])
    }
}

/// What `restore.test` raises when a file is not good.
private struct RestoreTestFailed: LuaErrorConvertible, CustomStringConvertible {
    let backup: ResourceID<Backup>
    let findings: RestoreFindings

    var description: String {
        let counts = [
            (findings.paths(.missing), "missing"), (findings.paths(.changed), "changed"),
            (findings.paths(.unreadable), "unreadable"),
        ]
        .filter { !$0.0.isEmpty }
        .map { paths, word in
            "\(paths.count) \(word) (\(paths.prefix(3).map(\.printable).joined(separator: ", "))\(paths.count > 3 ? ", …" : ""))"
        }
        return
            "the test restore of backup '\(backup)' found \(findings.files.count) files of which not all are good: \(counts.joined(separator: ", "))"
    }

    var luaMessage: String { description }

    var luaFields: [String: LuaValue] {
        [
            "code": "restore_test_failed", "message": .string(description), "retryable": false,
            "data": findings.luaValue,
        ]
    }
}

extension BackupError {
    fileprivate static func nothingToTest(_ backup: ResourceID<Backup>, maxBytes: Int64) -> BackupError {
        BackupError(
            .unknownPath,
            "no file of at most \(Figures.bytes(maxBytes)) was found in backup '\(backup)'",
            fix: "Look at it with 'restore.browse', or raise 'max_bytes'."
        )
    }
}
