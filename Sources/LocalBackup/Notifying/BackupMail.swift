import BackupAPI
import Mail

/// What a mail says of the end of a backup: a title, then `Label: value` lines (contract 5.2).
struct BackupMail: Sendable {
    var subject: String
    var body: String

    init(_ row: BackupRow, host: String) {
        let name = row.configurationName.oneLine
        let host = host.oneLine
        let status = Self.status(row.activityState)
        subject = "Backup of \(name) on \(host): \(status)"
        var lines = [
            "Moonkeep Backup",
            "Backed Up: \(name) on \(host)",
            "Status: \(status)",
            "Started: \(Self.time(row.startedTime))",
            "Completed: \(Self.time(row.wasTried ? row.endedTime : nil))",
            "Source: \(host)",
            "Files Searched: \(row.filesSearched) (\(Self.size(row.bytesSearched)))",
            "Errors Encountered: \(row.errorCount)",
        ]
        if !row.errorDiagnostics.isEmpty { lines.append("Reason: \(row.errorDiagnostics.oneLine)") }
        body = lines.map { $0 + "\n" }.joined()
    }

    /// Whether somebody who wants to know of these ends is told. Whatever is not completed as a whole counts as a
    /// failure: there is no new backup that can be relied on.
    static func concerns(_ notification: Notification, _ state: ActivityState) -> Bool {
        state == .completed ? notification.onSuccess : notification.onFailure
    }

    private static func status(_ state: ActivityState) -> String {
        let words = state.rawValue.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private static func time(_ microseconds: Int64?) -> String {
        microseconds.map { Timestamp(microseconds: $0).minuteText } ?? "never"
    }

    /// `4 KB`, `3.7 GB`: in powers of 1,024, with one decimal below 10.
    static func size(_ bytes: Int64) -> String {
        var size = Double(bytes)
        var units = ["B", "KB", "MB", "GB", "TB", "PB"][...]
        while size >= 1_023.5, units.count > 1 {
            size /= 1_024
            units.removeFirst()
        }
        let tenths = (size * 10).rounded()
        let isWhole = tenths >= 100 || tenths.truncatingRemainder(dividingBy: 10) == 0
        return "\(isWhole ? "\(Int(size.rounded()))" : "\(tenths / 10)") \(units.first ?? "B")"
    }
}

extension BackupRow {
    /// Whether somebody tried to make the backup, with or without success.
    fileprivate var wasTried: Bool { activityState != .missed && activityState != .skipped }
}
