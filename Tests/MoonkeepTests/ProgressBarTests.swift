import BackupAPI
import BackupTesting
import Foundation
import PluginHost
import Testing

@testable import moonkeep

@Suite struct ProgressBarTests {
    private let plain = TerminalStyle(hasColour: false)

    private func update(_ done: Int64, of total: Int64, files: Int = 3, state: ActivityState = .inProgress)
        -> BackupUpdate
    {
        BackupUpdate(
            backup: .make(state: state),
            progress: BackupProgress(filesDone: 1, totalFiles: files, bytesDone: done, totalBytes: total)
        )
    }

    @Test func `a bar shows all there is to know when there is room`() {
        var bar = ProgressBar(name: "web", update: BackupUpdate(backup: .make(state: .inProgress)))
        bar.take(update(0, of: 40 << 20), at: 100)
        bar.take(update(10 << 20, of: 40 << 20), at: 105)
        #expect(
            bar.line(width: 120, style: plain) == """
                web  ━━━━━━━━━━──────────────────────────────  \
                25 %  10.0 MiB of 40.0 MiB  1 of 3 files  2.00 MiB/s  15 s left
                """
        )
    }

    @Test(arguments: [
        (90, "web  ━━━━───────────────  25 %  10.0 MiB of 40.0 MiB  1 of 3 files  2.00 MiB/s  15 s left"),
        (79, "web  ━━──────  25 %  10.0 MiB of 40.0 MiB  1 of 3 files  2.00 MiB/s  15 s left"),
        (70, "web  ━━━──────────  25 %  10.0 MiB of 40.0 MiB  2.00 MiB/s  15 s left"),
        (60, "web  ━━━────────────  25 %  10.0 MiB of 40.0 MiB  15 s left"),
        (45, "web  ━━─────────  25 %  10.0 MiB of 40.0 MiB"),
        (40, "web  ━━━━━━━─────────────────────  25 %"),
        (12, "web  25 %"),
        (1, "w"),
    ])
    func `a narrow terminal gets less, never half a figure`(width: Int, line: String) {
        var bar = ProgressBar(name: "web", update: BackupUpdate(backup: .make(state: .inProgress)))
        bar.take(update(0, of: 40 << 20), at: 100)
        bar.take(update(10 << 20, of: 40 << 20), at: 105)
        #expect(bar.line(width: width, style: plain) == line)
    }

    @Test(
        arguments: [1, 7, 20, 40, 60, 80, 100, 200],
        ["web", "a name that is long, as names may be, and longer", "夜間バックアップ"]
    )
    func `no line is wider than the terminal`(width: Int, name: String) {
        var bar = ProgressBar(name: name, update: BackupUpdate(backup: .make(state: .inProgress)))
        #expect(bar.line(width: width, style: plain).terminalWidth <= width)
        for second in 0...10 {
            bar.take(update(Int64(second) << 30, of: 10 << 30, files: 123_456), at: Double(second))
            #expect(bar.line(width: width, style: plain).terminalWidth <= width)
        }
    }

    @Test func `before there are figures the state is shown`() {
        let bar = ProgressBar(name: "web", update: BackupUpdate(backup: .make(state: .preparing)))
        #expect(bar.line(width: 80, style: plain) == "web  preparing")
    }

    @Test func `figures stay when news comes without them`() {
        var bar = ProgressBar(name: "web", update: update(1, of: 2))
        bar.take(BackupUpdate(backup: .make(state: .inProgress)), at: 1)
        #expect(bar.line(width: 20, style: plain).contains("50 %"))
    }

    @Test func `a backup that is being stopped says so`() {
        let bar = ProgressBar(name: "web", update: update(1 << 20, of: 4 << 20, state: .stopRequested))
        #expect(bar.line(width: 40, style: plain) == "web  ━━━━━━──────────────────  stopping")
    }

    @Test func `a backup that has read everything shows how fast it is stored`() {
        var bar = ProgressBar(name: "web", update: update(100, of: 100))
        func take(_ written: Int64, at seconds: Double) {
            var news = update(100, of: 100)
            news.progress?.bytesWritten = written
            bar.take(news, at: seconds)
        }
        take(1 << 20, at: 10)
        #expect(bar.line(width: 40, style: plain) == "web  ━━━━━━━━━━━━━━━━  100 %  finishing")
        take(3 << 20, at: 12)
        #expect(bar.line(width: 60, style: plain).hasSuffix("  100 %  read, storing 1.00 MiB/s"))
        take(3 << 20, at: 18)
        take(3 << 20, at: 24)
        #expect(bar.line(width: 60, style: plain).hasSuffix("  100 %  finishing"))
    }

    @Test func `a backup that has read everything is finishing`() {
        let bar = ProgressBar(name: "web", update: update(40 << 20, of: 40 << 20))
        #expect(bar.line(width: 34, style: plain) == "web  ━━━━━━━━━━  100 %  finishing")
    }

    @Test func `bars below one another begin in one column`() {
        let bars = ["web", "database"].map { ProgressBar(name: $0, update: update(1, of: 2)) }
        let lines = bars.map { $0.line(width: 60, nameWidth: 8, style: plain) }
        #expect(lines[0].hasPrefix("web       ━"))
        #expect(lines[1].hasPrefix("database  ━"))
    }

    @Test func `one file is one file`() {
        let bar = ProgressBar(name: "web", update: update(1, of: 2, files: 1))
        #expect(bar.line(width: 60, style: plain).hasSuffix("1 of 1 file"))
    }

    @Test func `control characters of a name do not reach the terminal`() {
        let bar = ProgressBar(name: "a\u{1b}[2Jb\n", update: update(1, of: 2))
        #expect(bar.line(width: 40, style: plain).hasPrefix("a?[2Jb?  "))
    }

    @Test func `a bar is painted only with colour`() {
        let bar = ProgressBar(name: "web", update: update(1, of: 2))
        #expect(!bar.line(width: 80, style: plain).contains("\u{1b}"))
        #expect(bar.line(width: 80, style: TerminalStyle(hasColour: true)).contains("\u{1b}[32m━"))
    }
}

@Suite struct TransferRateTests {
    @Test func `a rate needs half a second`() {
        var rate = TransferRate()
        #expect(rate.bytesPerSecond == nil)
        rate.add(0, at: 10)
        rate.add(100, at: 10.4)
        #expect(rate.bytesPerSecond == nil)
        rate.add(200, at: 10.5)
        #expect(rate.bytesPerSecond == 400)
    }

    @Test func `a rate is that of the last seconds`() throws {
        var rate = TransferRate()
        for second in 0...10 { rate.add(Int64(second) * 100, at: Double(second)) }
        for second in 11...20 { rate.add(1_000, at: Double(second)) }
        #expect(rate.bytesPerSecond == 0)
    }

    @Test func `bytes that become fewer are no negative rate`() {
        var rate = TransferRate()
        rate.add(1_000, at: 0)
        rate.add(0, at: 1)
        #expect(rate.bytesPerSecond == 0)
    }
}
