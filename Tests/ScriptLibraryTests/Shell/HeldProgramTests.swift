import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Testing

/// Programs that outlive the host which has started them.
@Suite(.timeLimit(.minutes(2))) struct HeldProgramTests {
    /// A program that holds what the first step's program of the first run holds, in a group of its own.
    private func holder(_ site: Site, _ program: [String] = ["sleep", "600"]) throws -> Process {
        let folder = site.folder.path + "/temporary/r1"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = SHA256.hexDigest(of: Array("r1/0#0".utf8)).prefix(16) + ".1.held"
        // It begins when it has the lock, and says so.
        let sign = NSTemporaryDirectory() + "begun-" + UUID().uuidString
        defer { unlink(sign) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments =
            ["--no-fork", "\(folder)/\(name)", "/bin/sh", "-c", "touch \"$0\"; exec \"$@\"", sign] + program
        // What is left of it must not keep open what the tests print to.
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while access(sign, F_OK) != 0 { sched_yield() }
        return process
    }

    /// A run that died before it knew what became of its program.
    private func interrupted(_ site: Site, _ script: String) async throws -> RunRecord {
        let store = site.journal.watched(
            after: { if case .record = $0 { JournalError(.claimLost, "the host is dead") } else { nil } }
        )
        let result = try await site.run(script, on: store)
        #expect(result.status == .running)
        return try await site.journal.run("r1")
    }

    @Test func `a program that a dead host has started is waited for, and then started again`() async throws {
        let clock = ManualClock()
        let site = try Site(needs: ["shell:sh"], clock: clock)
        let script = "shell.sh('echo twice', { on_unknown = 'retry' }) return 'done'"
        let run = try await interrupted(site, script)
        let holder = try holder(site)
        defer { kill(holder.processIdentifier, SIGKILL) }
        let resumed = Task { try await site.host().resume(run, observe: site.note) }
        for _ in 0..<3 {
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
        }
        try await clock.waitForSleepers()
        #expect(holder.isRunning)
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        clock.advance(by: .seconds(1))
        #expect(try await resumed.value.values == ["done"])
        #expect(try await site.journal.steps(of: "r1").first?.output?.contains("twice") == true)
        #expect(site.folder.contents == ["temporary"])
    }

    @Test(arguments: ["on_running = 'end'", "timeout = 0"])
    func `a program that a dead host has started is ended with all that it started`(option: String)
        async throws
    {
        let site = try Site(needs: ["shell:sh"])
        let script = "return shell.sh('echo again', { on_unknown = 'skip', \(option) }).stdout"
        let run = try await interrupted(site, script)
        let holder = try holder(site, ["/bin/sh", "-c", "sleep 600 & sleep 600"])
        let result = try await site.host().resume(run, observe: site.note)
        #expect(result.values == [""])
        holder.waitUntilExit()
        #expect(holder.terminationReason == .uncaughtSignal)
        #expect(site.folder.contents == ["temporary"])
    }

    @Test func `what a program starts holds its lock, and a run that went well leaves nothing`() async throws
    {
        let site = try Site(needs: ["shell:sh"])
        let values = try await site.values(
            "return shell.sh('for f in \"$1\"/*; do (flock --nonblock \"$f\" true || echo held) 9>&-; done', { env = {} }).stdout"
                .replacing("\"$1\"", with: "\(site.folder.path)/temporary/r1")
        )
        #expect(values == ["held\n"])
        #expect(site.folder.contents == ["temporary"])
    }
}
