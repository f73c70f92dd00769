import BackupAPI
import PluginHost

/// One line that shows how far a backup is: its name, a bar, bytes, files, rate and time left.
struct ProgressBar: Sendable {
    let name: String
    private var update: BackupUpdate
    private var rate = TransferRate()

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
    }

    /// The line, at most `width` columns wide.
    func line(width: Int, style: TerminalStyle) -> String {
        let label = name.printable
        guard let progress = update.progress, progress.totalBytes > 0 || progress.totalFiles > 0 else {
            return fit([label, update.backup.state.rawValue], width)
        }
        let percent = progress.fraction.map { "\(Int($0 * 100)) %" } ?? ""
        let bytes = "\(Figures.bytes(progress.bytesDone)) of \(Figures.bytes(progress.totalBytes))"
        let files = "\(Figures.count(progress.filesDone)) of \(Figures.count(progress.totalFiles)) files"
        var figures = [percent, bytes, files]
        if let speed = rate.bytesPerSecond { figures.append("\(Figures.bytes(Int64(speed)))/s") }
        if let left = secondsLeft(progress) { figures.append("\(Figures.duration(.seconds(left))) left") }
        if update.backup.state == .stopRequested { figures = ["stopping", bytes] }
        let text = figures.filter { !$0.isEmpty }.joined(separator: "  ")
        let room = width - label.terminalWidth - text.terminalWidth - 4
        guard room >= 8, let fraction = progress.fraction else { return fit([label, text], width) }
        return "\(label)  \(bar(fraction, width: min(room, 40), style))  \(text)"
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

    private func fit(_ parts: [String], _ width: Int) -> String {
        String(parts.joined(separator: "  ").prefix(max(1, width - 1)))
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
