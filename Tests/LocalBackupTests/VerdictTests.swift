import BackupAPI
import LocalBackup
import Testing

@Suite struct VerdictTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var code: Int?
        var lines: [String] = []
        var isStopRequested = false
        var state: ActivityState
        var reason = ""
        var testDescription: String { "\(code.map(String.init) ?? "no code"), \(lines), \(state)" }
    }

    private static let summary =
        #"{"message_type":"summary","files_new":1,"total_files_processed":10,"total_bytes_processed":1000,"snapshot_id":"ab"}"#
    private static let unreadable =
        #"{"message_type":"error","error":{"message":"open /x: permission denied"},"item":"/x"}"#

    static let table: [Case] = [
        Case(code: 0, lines: [summary], state: .completed),
        Case(
            code: 0,
            lines: [summary, unreadable],
            state: .completedWithErrors,
            reason: "unable_to_process_some_files"
        ),
        Case(code: 3, lines: [summary], state: .completedWithErrors, reason: "unable_to_process_some_files"),
        Case(
            code: 0,
            lines: [summary, "/y does not exist, skipping"],
            state: .completedWithErrors,
            reason: "unable_to_process_some_files"
        ),
        Case(code: nil, lines: [summary], state: .completed),
        Case(code: 0, state: .failed, reason: "restic_failed"),
        Case(code: 3, state: .failed, reason: "restic_failed"),
        Case(code: 1, lines: [summary], state: .failed, reason: "restic_failed"),
        Case(
            code: 1,
            lines: ["Fatal: wrong password or no key found"],
            state: .failed,
            reason: "wrong_password"
        ),
        Case(code: 12, state: .failed, reason: "wrong_password"),
        Case(code: 11, state: .failed, reason: "repository_locked"),
        Case(code: 10, state: .failed, reason: "repository_missing"),
        Case(code: 1, lines: ["write /r/data: no space left on device"], state: .failed, reason: "disk_full"),
        Case(code: 2, state: .failed, reason: "restic_failed"),
        Case(code: 77, state: .failed, reason: "restic_failed"),
        Case(code: 130, state: .failed, reason: "interrupted"),
        Case(code: 143, state: .failed, reason: "interrupted"),
        Case(code: 137, state: .failed, reason: "restic_failed"),
        Case(code: nil, state: .failed, reason: "host_died"),
        Case(code: 130, isStopRequested: true, state: .stopped),
        Case(code: 1, lines: ["Fatal: context canceled"], isStopRequested: true, state: .stopped),
        Case(code: nil, isStopRequested: true, state: .stopped),
        Case(code: 0, lines: [summary], isStopRequested: true, state: .completed),
    ]

    @Test(arguments: table)
    func `every end of restic has its state and reason`(end: Case) {
        let verdict = verdict(code: end.code, lines: end.lines, isStopRequested: end.isStopRequested)
        #expect(verdict.state == end.state)
        #expect(verdict.reason == end.reason)
        #expect((verdict.errorCount > 0) == (end.state == .failed || end.state == .completedWithErrors))
    }

    @Test func `a source that lost half of its bytes is a warning`() {
        let before = SourceSize(files: 20, bytes: 2_002)
        let verdict = verdict(code: 0, lines: [Self.summary], before: before)
        #expect(verdict.state == .completedWithErrors)
        #expect(verdict.reason == "source_shrank")
        #expect(
            verdict.diagnostics
                == "the source has 1000 bytes in 10 files, and had 2002 bytes in 20 files before. "
                + "Check that everything is mounted and in its place."
        )
    }

    @Test func `a source that became empty is a warning`() {
        let empty = #"{"message_type":"summary","snapshot_id":"ab"}"#
        let verdict = verdict(code: 0, lines: [empty], before: SourceSize(files: 1, bytes: 0))
        #expect(verdict.reason == "source_shrank")
        #expect(
            verdict.diagnostics == "the source is empty, and had 1 files (0 bytes) before. "
                + "Check that everything is mounted and in its place."
        )
    }

    @Test(arguments: [SourceSize(files: 20, bytes: 2_000), SourceSize(files: 0, bytes: 0), nil])
    func `a source that lost less is fine`(before: SourceSize?) {
        #expect(verdict(code: 0, lines: [Self.summary], before: before).state == .completed)
    }

    @Test func `an unknown failure has restic's words, without secrets`() {
        let words = "Fatal: unable to open repository at rest:https://me:hunter2@host/r: refused"
        #expect(
            verdict(code: 1, lines: [words]).diagnostics
                == "restic failed with exit code 1: Fatal: unable to open repository at rest:https://***@host/r: refused"
        )
    }

    private func verdict(
        code: Int?,
        lines: [String],
        isStopRequested: Bool = false,
        before: SourceSize? = nil
    ) -> BackupVerdict {
        var report = ResticReport()
        for line in lines {
            if let message = ResticMessage(line: Array(line.utf8)) { report.add(message) }
        }
        let place = ResticFailure.Place(repository: "/r", passwordFile: "/p")
        return BackupVerdict(
            BackupEvidence(
                exitCode: code,
                report: report,
                wasStopRequested: isStopRequested,
                before: before,
                place: place
            )
        )
    }
}
