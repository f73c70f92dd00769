import BackupAPI
import Foundation
import LocalBackup
import Testing

/// Recorded output of one restic command.
struct Transcript {
    /// The versions that were recorded: those of Debian 12 and 13, and the newest.
    static let versions = ["0.14", "0.18", "0.19"]

    let report: ResticReport
    let progress: BackupProgress?
    let exitCode: Int
    /// What it means as that of a check.
    let check: CheckReport

    init(_ version: String, _ name: String) async throws {
        let recorded = try #require(Bundle.module.resourceURL).appending(
            path: "Transcripts/\(version)/\(name)"
        )
        let folder = FileManager.default.temporaryDirectory.appending(path: "transcript-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for file in ["out", "err"] {
            try FileManager.default.copyItem(
                at: recorded.appendingPathExtension(file),
                to: folder.appending(path: file)
            )
        }
        let spool = Spool(path: folder.path)
        report = await spool.report()
        progress = spool.newestProgress()
        check = await CheckReport(spool)
        let code = try String(contentsOf: recorded.appendingPathExtension("rc"), encoding: .utf8)
        exitCode = try #require(Int(code.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    func verdict(stopRequested: Bool = false) -> BackupVerdict {
        BackupVerdict(
            BackupEvidence(
                exitCode: exitCode,
                report: report,
                wasStopRequested: stopRequested,
                place: .init(repository: "/srv/sample/repo", passwordFile: "/etc/password")
            )
        )
    }
}
