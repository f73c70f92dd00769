import Foundation

/// Times `moonkeep` as a whole process against what a user would run instead, pair by pair.
@main
struct WholeProcess {
    /// One line of the table.
    struct Row {
        var name: String
        var figure: String
        var limit: String
        var holds: Bool
    }

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let moonkeep = arguments.first else {
            FileHandle.standardError.write(Data("usage: whole-process MOONKEEP [--short]\n".utf8))
            exit(2)
        }
        let isShort = arguments.contains("--short")
        let folder = FileManager.default.temporaryDirectory.appending(path: "moonkeep-bench-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let site = try BenchSite(folder: folder, moonkeep: moonkeep)
        let rows = try startRows(site) + [backupRow(site, isShort: isShort)]
        for row in rows {
            print("\(row.holds ? "ok  " : "MISS") \(row.name): \(row.figure) (limit \(row.limit))")
        }
        if rows.contains(where: { !$0.holds }) { exit(1) }
    }

    /// A script that only prints, against the plain interpreter.
    private static func startRows(_ site: BenchSite) throws -> [Row] {
        let script = try site.write("print(\"hello\")\n", to: "print.lua")
        var ours: [Measurement] = []
        var differences: [Double] = []
        for round in 0..<22 {
            let own = try Measurement.run([site.moonkeep, "run", "--site", site.folder, script])
            let plain = try Measurement.run(["lua5.4", script])
            try check(own)
            guard round > 1 else { continue }
            ours.append(own)
            differences.append((own.wallSeconds - plain.wallSeconds) * 1000)
        }
        let version = try Measurement.run([site.moonkeep, "--version"])
        let resident = max(version.residentKiB, ours.map(\.residentKiB).max() ?? 0) / 1024
        return [
            Row(
                name: "run of a printing script, more than lua5.4 (median of \(differences.count) pairs)",
                figure: "\(rounded(differences.median)) ms",
                limit: "12 ms",
                holds: differences.median <= 12
            ),
            Row(
                name: "resident memory of that run",
                figure: "\(resident) MiB",
                limit: "30 MB",
                holds: resident * 1_048_576 < 30_000_000
            ),
            try sizeRow(site.moonkeep),
        ]
    }

    /// The program as it is installed.
    private static func sizeRow(_ moonkeep: String) throws -> Row {
        let bytes = try URL(filePath: moonkeep).resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        return Row(
            name: "size of the installed program",
            figure: "\(rounded(Double(bytes) / 1_000_000)) MB",
            limit: "60 MB",
            holds: bytes <= 60_000_000
        )
    }

    /// A first backup into a fresh repository, against the same call of restic.
    private static func backupRow(_ site: BenchSite, isShort: Bool) throws -> Row {
        let files = isShort ? 2_000 : 20_000
        let source = try site.makeSource(files: files, bytesPerFile: 52_000)
        let script = try site.write("report.add(backup.wait(backup.start(\"bench\")))\n", to: "backup.lua")
        var ratios: [Double] = []
        for round in 0..<(isShort ? 4 : 8) {
            try site.prepare(source: source)
            let own = try Measurement.run([site.moonkeep, "run", "--quiet", "--site", site.folder, script])
            try check(own)
            try site.prepare(source: source)
            let plain = try Measurement.run(
                ["restic", "-r", site.repository, "backup", "--json", source],
                environment: ["RESTIC_PASSWORD_FILE": site.password, "RESTIC_PROGRESS_FPS": "5"]
            )
            try check(plain)
            if round > 0 { ratios.append(own.wallSeconds / plain.wallSeconds) }
        }
        return Row(
            name:
                "backup of \(files) files, \(files * 52_000 / 1_000_000) MB, of restic's own time (median of \(ratios.count) pairs)",
            figure: "\(rounded(ratios.median)) ×",
            limit: "1.05 ×",
            holds: ratios.median <= 1.05
        )
    }

    private static func check(_ measurement: Measurement) throws {
        guard measurement.status == 0 else { throw BenchFailure(status: measurement.status) }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

/// A measured program failed, so that its time says nothing.
struct BenchFailure: Error, CustomStringConvertible {
    let status: Int32
    var description: String { "a measured program ended with status \(status)" }
}
