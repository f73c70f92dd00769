package import BackupAPI
import Foundation

extension Spool {
    /// Most lines are short; but a status line may name two files with paths of 4,096 bytes, each byte written as
    /// `\u00xx`.
    private static let tailBytes: (usual: UInt64, most: UInt64) = (4 * 1024, 64 * 1024)

    /// The newest status; earlier ones are not parsed. `nil` while there is none.
    package func newestProgress() -> BackupProgress? {
        newestProgress(in: Self.tailBytes.usual) ?? newestProgress(in: Self.tailBytes.most)
    }

    private func newestProgress(in bytes: UInt64) -> BackupProgress? {
        for line in tail(bytes).reversed() {
            if case .status(let progress)? = ResticMessage(line: line) { return progress }
        }
        return nil
    }

    /// All that restic said, for the verdict: the end of standard output, and every line of standard error.
    package func report() async -> ResticReport {
        var report = ResticReport()
        for line in tail(Self.tailBytes.most) {
            if let message = ResticMessage(line: line) { report.add(message) }
        }
        // What cannot be read any more cannot be told; the exit code still can.
        try? await FileLines.read(errors) { line in
            if let message = ResticMessage(line: line) { report.add(message) }
        }
        return report
    }

    /// The whole lines at the end of standard output.
    private func tail(_ bytes: UInt64) -> [[UInt8]] {
        guard let file = FileHandle(forReadingAtPath: output) else { return [] }
        defer { try? file.close() }
        guard let size = try? file.seekToEnd() else { return [] }
        let start = size > bytes ? size - bytes : 0
        guard (try? file.seek(toOffset: start)) != nil, let data = try? file.readToEnd() else { return [] }
        var splitter = LineSplitter()
        let lines = splitter.lines(in: Array(data))
        return start > 0 ? Array(lines.dropFirst()) : lines
    }
}
