import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Testing

/// Programs that do not end by themselves, and runs that go on without knowing whether one did.
@Suite(.timeLimit(.minutes(2))) struct EndingTests {
    /// A program that starts itself again, and whose processes say their numbers on a pipe that they keep open. Where its
    /// argument is `deaf` they ignore SIGTERM.
    private static let endless = """
        #!/bin/sh
        [ "$1" = deaf ] && trap '' TERM
        [ "$2" ] || exec 9>"${0%/*}/pipe"
        echo $$ >&9
        [ "$2" ] || "$0" "$1" child &
        while :; do sleep 1; done

        """

    private func site(_ clock: any Clock<Duration> = ContinuousClock()) throws -> Site {
        let site = try Site(needs: ["shell:$/endless"], clock: clock)
        try site.folder.write("endless", Self.endless, mode: 0o755)
        try #require(mkfifo(site.folder.path + "/pipe", 0o600) == 0)
        return site
    }

    @Test func `a program that takes too long is ended with all that it started`() async throws {
        let clock = ManualClock()
        let site = try site(clock)
        var lines = PipeLines(site.folder.path + "/pipe").makeAsyncIterator()
        async let failure = site.failure("shell.run { '$/endless', 'mild', timeout = '10s' }")
        for _ in 0..<2 { _ = await lines.next() }
        try await clock.waitForSleepers()
        clock.advance(by: .seconds(10))
        #expect(try await failure == "test.lua:1: '$/endless' did not end within 10 s and was ended")
        // The pipe ends with the last process that has it.
        #expect(await lines.next() == nil)
    }

    @Test func `a program that ignores SIGTERM is killed with all that it started`() async throws {
        let site = try site()
        var lines = PipeLines(site.folder.path + "/pipe").makeAsyncIterator()
        let run = Task { try await site.run("shell.run { '$/endless', 'deaf' }") }
        for _ in 0..<2 { _ = await lines.next() }
        run.cancel()
        #expect(try await run.value.status == .cancelled)
        #expect(await lines.next() == nil)
    }

    @Test func `a program that has ended is not waited for by the output of what it left`() async throws {
        let site = try Site(needs: ["shell:sh"])
        let values = try await site.values("return shell.sh('sleep 60 & echo $! >&2; echo done')")
        #expect(values.first?["stdout"] == "done\n")
        let left = try #require(Int32(values.first?["stderr"].text?.trimmingCharacters(in: .newlines) ?? ""))
        kill(left, SIGKILL)
    }

    @Test(arguments: [
        ("", "parked", "0"), (", on_unknown = 'park'", "parked", "0"), (", on_unknown = 'retry'", "ok", "11"),
        (", on_unknown = 'skip'", "ok", "1"),
    ])
    func `a program of which nobody knows the end`(option: String, status: String, marks: String) async throws
    {
        let site = try Site(needs: ["shell:sh", "fs:read:$"])
        let text =
            "local r = shell.sh('printf 1 >>$/marks', { timeout = '1m'\(option) }) return fs.read('$/marks'), r.stdout"
        // The host dies after the program has run, before that is recorded.
        let result = try await site.runAgain(text)
        #expect(result.status.rawValue == status)
        if status == "ok" { #expect(result.values == [.string(marks), ""]) }
    }
}
