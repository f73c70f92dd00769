import BackupAPI
import BackupTesting
import Foundation
import Glibc
import LuaKit
import PluginHost
import Synchronization
import Testing

@testable import moonkeep

/// Two consoles that write to files, and a clock that a test sets.
final class PrintedRun: Sendable {
    private let files = [tmpfile(), tmpfile()].map { fileno($0) }
    private let time = Mutex(0.0)

    var output: Console { Console(descriptor: files[0]) }
    var error: Console { Console(descriptor: files[1]) }
    var seconds: @Sendable () -> Double { { self.time.withLock { $0 } } }

    func advance(to seconds: Double) {
        time.withLock { $0 = seconds }
    }

    var printed: String { text(files[0]) }
    var printedErrors: String { text(files[1]) }

    private func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

@Suite struct PlainPrinterTests {
    private let run = PrintedRun()

    private func progress(_ percent: Int64, state: ActivityState = .inProgress) -> RunEvent {
        let figures = BackupProgress(filesDone: 1, totalFiles: 4, bytesDone: percent, totalBytes: 100)
        return .backupProgress(
            BackupUpdate(backup: .make(state: state), progress: figures),
            configuration: "web"
        )
    }

    private func printer(isQuiet: Bool = false) -> PlainPrinter {
        PlainPrinter(output: run.output, error: run.error, isQuiet: isQuiet, seconds: run.seconds)
    }

    @Test func `progress is told every ten seconds`() {
        let printer = printer()
        printer.print(.backupStarted(.make(), configuration: "web"))
        for second in 0...25 {
            run.advance(to: Double(second))
            printer.print(progress(Int64(second)))
        }
        printer.print(.backupFinished(.make(state: .completed), configuration: "web"))
        #expect(
            run.printedErrors == """
                web: backup 00000000-0000-4000-8000-000000000001 started
                web: in_progress, 10 %, 10 B of 100 B, 1 file
                web: in_progress, 20 %, 20 B of 100 B, 1 file
                ✓ web: completed, 1,222 files, 3.45 GiB, 121 MiB added in 1 min 00 s

                """
        )
        #expect(run.printed == "")
    }

    @Test func `a stop is told at once`() {
        let printer = printer()
        printer.print(.backupStarted(.make(), configuration: "web"))
        printer.print(progress(5))
        printer.print(progress(6, state: .stopRequested))
        printer.print(progress(7, state: .stopRequested))
        printer.print(.backupFinished(.make(state: .stopped), configuration: "web"))
        #expect(
            run.printedErrors == """
                web: backup 00000000-0000-4000-8000-000000000001 started
                web: stop_requested, 6 %, 6 B of 100 B, 1 file
                ■ web: stopped in 1 min 00 s

                """
        )
    }

    @Test func `a backup that was adopted tells its progress at once`() {
        printer().print(progress(5))
        #expect(run.printedErrors == "web: in_progress, 5 %, 5 B of 100 B, 1 file\n")
    }

    @Test func `a quiet printer leaves only what needs a look`() {
        let printer = printer(isQuiet: true)
        printer.print(.backupStarted(.make(), configuration: "web"))
        printer.print(progress(5))
        printer.print(.backupFinished(.make(state: .completed), configuration: "web"))
        printer.print(.log(.debug, "a", fields: .nil))
        printer.print(.log(.info, "b", fields: .nil))
        printer.print(.output("printed"))
        #expect(run.printedErrors == "")
        printer.print(.log(.warn, "c", fields: .record(["key": 1])))
        printer.print(.log(.error, "d", fields: .nil))
        printer.print(.backupFinished(.make(state: .failed), configuration: "web"))
        #expect(
            run.printedErrors == """
                warn   c  key=1
                error  d
                ✗ web: failed in 1 min 00 s: the source cannot be read

                """
        )
        #expect(run.printed == "")
        printer.release()
        #expect(run.printed == "printed\n")
    }
}

@Suite struct JSONPrinterTests {
    private func lines(_ events: RunEvent...) -> String {
        let run = PrintedRun()
        for event in events { JSONPrinter(output: run.output, error: run.error).print(event) }
        return run.printed
    }

    @Test func `each piece of news is a line`() {
        #expect(
            lines(
                .started(run: "r1", script: "a.lua"),
                .output("two\nlines \"quoted\" \u{1b}[31m"),
                .log(.warn, "look", fields: .record(["errors": 2])),
                .log(.info, "plain", fields: .table(LuaTableValue()))
            ) == #"""
                {"type":"started","run":"r1","script":"a.lua"}
                {"type":"output","line":"two\nlines \"quoted\" \u001b[31m"}
                {"type":"log","level":"warn","message":"look","fields":{"errors":2}}
                {"type":"log","level":"info","message":"plain"}

                """#
        )
    }

    @Test func `news of a backup has its record and its figures`() throws {
        let progress = BackupProgress(
            filesDone: 1,
            totalFiles: 4,
            bytesDone: 5,
            totalBytes: 6,
            currentFiles: ["/a"]
        )
        let update = BackupUpdate(backup: .make(state: .inProgress), progress: progress)
        let text = lines(.backupProgress(update, configuration: "web"))
        let record = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(Set(record.keys) == ["type", "configuration", "backup", "progress"])
        #expect((record["backup"] as? [String: Any])?["state"] as? String == "in_progress")
        #expect((record["progress"] as? [String: Any])?["bytes_done"] as? Int == 5)
    }
}

@Suite struct TerminalPrinterTests {
    private let run = PrintedRun()

    private func progress(_ number: Int, _ name: String, _ percent: Int64) -> RunEvent {
        let figures = BackupProgress(filesDone: 1, totalFiles: 4, bytesDone: percent, totalBytes: 100)
        let backup = Backup.make(id: .make(number), state: .inProgress)
        return .backupProgress(BackupUpdate(backup: backup, progress: figures), configuration: name)
    }

    @Test func `what happens while a question is open is shown after it`() {
        let printer = TerminalPrinter(output: run.error, error: run.error, seconds: run.seconds)
        printer.print(.backupStarted(.make(id: .make(1)), configuration: "web"))
        printer.print(progress(1, "web", 25))
        printer.pause()
        run.error.write("Go on? ")
        printer.print(.output("hello"))
        printer.print(progress(1, "web", 50))
        #expect(Screen(run.printedErrors).lines == ["Go on? "])
        run.error.write("yes\r\n")
        printer.resume()
        let lines = Screen(run.printedErrors).lines
        #expect(lines.prefix(2) == ["Go on? yes", "hello"])
        #expect(lines[2].contains("50 %"), "\(lines)")
        printer.end()
    }

    @Test func `several bars stand below what scrolls by, and leave one after the other`() {
        let printer = TerminalPrinter(output: run.error, error: run.error, seconds: run.seconds)
        printer.print(.backupStarted(.make(id: .make(1)), configuration: "web"))
        printer.print(.backupStarted(.make(id: .make(2)), configuration: "db"))
        printer.print(progress(1, "web", 25))
        printer.print(.output("hello"))
        printer.print(progress(2, "db", 75))
        let middle = Screen(run.printedErrors).lines
        #expect(middle.count == 4)
        #expect(middle[0] == "hello")
        #expect(middle[1].contains("web  ━") && middle[1].contains("25 %"))
        #expect(middle[2].contains("db   ━") && middle[2].contains("75 %"))
        printer.print(.backupFinished(.make(id: .make(1), state: .completed), configuration: "web"))
        let later = Screen(run.printedErrors).lines
        #expect(later[1].hasPrefix("✓ web: completed"))
        #expect(later[2].contains("db  ━"))
        #expect(later.count == 4)
        printer.end()
        #expect(Screen(run.printedErrors).lines.filter { !$0.isEmpty }.count == 2)
    }
}
