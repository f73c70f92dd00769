import BackupAPI
import PluginHost

/// One line that shows how far a backup is: its name, a bar, bytes, files, rate and time left.
struct ProgressBar: Sendable {
    let name: String
    private var update: BackupUpdate
    private var rate = TransferRate()
    /// Of what is stored once all is read.
    private var storing = TransferRate()

    init(name: String, update: BackupUpdate) {
        self.name = name
        self.update = update
    }

    /// Takes news that came at `seconds` of a steady clock.
    mutating func take(_ update: BackupUpdate, at seconds: Double) {
        // The record may move on without new figures: the last ones stay.
        let progress = update.progress ?? self.update.progress
        self.update = BackupUpdate(backup: update.backup, progress: progress)
        if let done = progress?.bytesDone { rate.add(done, at: seconds) }
        if progress?.fraction == 1, let written = progress?.bytesWritten { storing.add(written, at: seconds) }
    }

    /// Columns that the name takes.
    var nameWidth: Int { name.printable.terminalWidth }

    /// The line; it is narrower than `width`, so that no terminal breaks it. Bars that stand below one another begin
    /// in the same column when each is given the widest name's width.
    func line(width: Int, nameWidth: Int = 0, style: TerminalStyle) -> String {
        let limit = max(1, width - 1)
        let label = name.printable + String(repeating: " ", count: max(0, nameWidth - self.nameWidth))
        guard let progress = update.progress, progress.totalBytes > 0 || progress.totalFiles > 0 else {
            return "\(label)  \(update.backup.state)".clipped(to: limit)
        }
        let choices = figures(progress)
        for text in choices {
            let room = limit - label.terminalWidth - text.terminalWidth - 4
            guard room >= Self.shortest, let fraction = progress.fraction else { continue }
            return "\(label)  \(bar(fraction, width: min(room, Self.longest), style))  \(text)"
        }
        let lines = choices.map { "\(label)  \($0)" }
        return lines.first { $0.terminalWidth <= limit } ?? label.clipped(to: limit)
    }

    /// Columns of the bar itself.
    private static let (shortest, longest) = (8, 40)

    /// What is said beside the bar: all there is to know, then less and less.
    private func figures(_ progress: BackupProgress) -> [String] {
        let bytes = "\(Figures.bytes(progress.bytesDone)) of \(Figures.bytes(progress.totalBytes))"
        if update.backup.state == .stopRequested { return ["stopping  \(bytes)", "stopping"] }
        let percent = progress.fraction.map { "\(Int($0 * 100)) %" } ?? ""
        let files = "\(Figures.count(progress.filesDone)) of \(Figures.files(progress.totalFiles))"
        let speed = rate.bytesPerSecond.map { "\(Figures.bytes(Int64($0)))/s" } ?? ""
        let left = secondsLeft(progress).map { "\(Figures.duration(.seconds($0))) left" } ?? ""
        // restic counts what it has read, and goes on to store it.
        if progress.fraction == 1 {
            let speed = storing.bytesPerSecond.flatMap { $0 >= 1 ? "\(Figures.bytes(Int64($0)))/s" : nil }
            let end = speed.map { "read, storing \($0)" } ?? "finishing"
            return ["\(percent)  \(bytes)  \(files)  \(end)", "\(percent)  \(end)"]
        }
        return [
            [percent, bytes, files, speed, left], [percent, bytes, speed, left], [percent, bytes, left],
            [percent, bytes], [percent],
        ].map { $0.filter { !$0.isEmpty }.joined(separator: "  ") }
    }

    private func bar(_ fraction: Double, width: Int, _ style: TerminalStyle) -> String {
        let filled = Int((fraction * Double(width)).rounded(.down))
        return style.paint(String(repeating: "━", count: filled), .ok)
            + style.dim(String(repeating: "─", count: width - filled))
    }

    private func secondsLeft(_ progress: BackupProgress) -> Double? {
        guard let speed = rate.bytesPerSecond, speed > 0, progress.totalBytes > progress.bytesDone else {
            return nil
        }
        return Double(progress.totalBytes - progress.bytesDone) / speed
    }
}

extension String {
    /// As much of the beginning as fits into so many columns.
    fileprivate func clipped(to columns: Int) -> String {
        var text = ""
        var width = 0
        for character in self {
            width += String(character).terminalWidth
            guard width <= columns else { break }
            text.append(character)
        }
        return text
    }
}

/// Bytes a second over the last few seconds.
struct TransferRate: Sendable {
    private var samples: [(seconds: Double, bytes: Int64)] = []
    private static let window = 5.0

    mutating func add(_ bytes: Int64, at seconds: Double) {
        samples.append((seconds, bytes))
        while samples.count > 2, seconds - samples[1].seconds > Self.window { samples.removeFirst() }
    }

    /// `nil` until there are samples of half a second.
    var bytesPerSecond: Double? {
        guard let first = samples.first, let last = samples.last, last.seconds - first.seconds >= 0.5 else {
            return nil
        }
        return max(0, Double(last.bytes - first.bytes) / (last.seconds - first.seconds))
    }
}
