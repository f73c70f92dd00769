import Foundation
import Glibc
import LoopbackTesting
import Testing

/// A secret that a script puts in every place it can is nowhere but where it was sent.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct PlantedSecretTests {
    /// How a run is shown.
    enum Output: String, CaseIterable {
        case plain, quiet, json, terminal

        var options: [String] { self == .quiet ? ["--quiet"] : self == .json ? ["--json"] : [] }
    }

    @Test(arguments: Output.allCases)
    func `a secret is in nothing that a run says or leaves behind`(output: Output) async throws {
        try await withPlantedServer { planted, server in
            try await planted.write(PlantedPlaces.script, origin: server.origin)
            try await planted.write(plugin: PlantedPlaces.plugin)
            let terminal = output == .terminal ? try Terminal(columns: 100) : nil
            let program = try planted.start(["run"] + output.options + ["workflow.lua"], terminal: terminal)
            let ended = await program.end()
            #expect(ended.exitCode == 1)
            for word in ["<secret planted>", "<secret of/systemd>", "hook step.failed", "hook run.finished"] {
                let isSaid = ended.output.contains(word)
                #expect(isSaid, "\(word)")
            }
            expectNothing(in: ended.output + ended.error, of: planted)
            expectPlaces(in: ended.output)

            let account = try await planted.account()
            let isShown = account.contains("<secret planted>")
            #expect(isShown)
            expectNothing(in: account, of: planted)
            #expect(try planted.site.names(in: "reports") == ["planted.html", "planted.md"])
            let metrics = try planted.site.names(in: "metrics").map { try planted.site.text("metrics/\($0)") }
            #expect(metrics.contains { $0.contains("<secret planted>") })
            #expect(try planted.finds() == [])
            try expectControls(planted, server.requests)
        }
    }

    @Test func `a plan shows the placeholder`() async throws {
        try await withPlantedServer { planted, server in
            try await planted.write(PlantedPlaces.script, origin: server.origin)
            for options in [["--plan"], ["--plan", "--json"]] {
                let ended = try await planted.start(["run"] + options + ["workflow.lua"]).end()
                let isPlanned =
                    ended.output.contains("shell.run") && ended.output.contains("<secret planted>")
                #expect(isPlanned)
                expectNothing(in: ended.output + ended.error, of: planted)
            }
            #expect(try planted.finds() == [])
            #expect(!planted.site.exists("given/stdin"))
        }
    }

    @Test func `a run that fails with what others said of a secret fails without it`() async throws {
        try await withPlantedServer { planted, server in
            for failure in PlantedPlaces.failures {
                try await planted.write(failure, origin: server.origin)
                let ended = try await planted.moonkeep("run", "workflow.lua")
                #expect(ended.exitCode == (failure.contains("/away") ? 5 : 1), "\(failure)")
                expectNothing(in: ended.output + ended.error, of: planted)
            }
            let runs = try await planted.moonkeep("runs", "--json")
            #expect(try runs.jsonList().count == PlantedPlaces.failures.count)
            expectNothing(in: runs.output, of: planted)
            #expect(try planted.finds() == [])
        }
    }

    @Test func `while a run waits a secret is in no process but the one that was handed it`() async throws {
        try await withPlantedSite(TestSite.slowSiteFile) { planted in
            try planted.site.writeRandomBytes(24 << 20, to: "source/random.bin")
            try #require(mkfifo(planted.site.path("given/gate"), 0o600) == 0)
            try await planted.write(PlantedPlaces.waiting)
            let first = try planted.start(["run", "--json", "workflow.lua"])
            let child = try await waitingChild(of: planted)
            let seen = RunningProcess.all()
            let restic = seen.filter {
                $0.command.contains("restic") && $0.command.contains(planted.site.folder)
            }
            #expect(!restic.isEmpty)
            #expect(seen.contains { $0.id == first.processID && !$0.environment.isEmpty })
            #expect(seen.contains { $0.session == child && !planted.forms(in: $0.environment).isEmpty })
            for process in seen {
                #expect(planted.forms(in: process.command).isEmpty, "\(process.id)")
                #expect(
                    process.session == child || planted.forms(in: process.environment).isEmpty,
                    "\(process.id)"
                )
            }
            #expect(try planted.finds() == [])

            first.send(SIGKILL)
            let killed = await first.end()
            kill(-child, SIGKILL)
            try await eventually("the program is gone") {
                !RunningProcess.all().contains { $0.session == child && !$0.command.isEmpty }
            }
            let opener = try Program(
                "/bin/sh",
                ["-c", "echo > given/gate"],
                in: planted.site.folder,
                environment: [:]
            )
            let second = try await planted.moonkeep("resume")
            opener.send(SIGKILL)
            #expect(second.exitCode == 0, "\(second)")
            #expect(second.output.contains("said <secret planted> <secret planted> completed"))
            expectNothing(in: killed.output + killed.error + second.output + second.error, of: planted)
            expectNothing(in: try await planted.account(), of: planted)
            #expect(try planted.finds() == [])
        }
    }

    @Test func `the search finds a secret in each form`() {
        let secret = PlantedSecret(isQuoted: true)
        let value = Data(secret.value.utf8)
        let digits = value.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let longer = [Data("x".utf8) + value, Data("xy".utf8) + value + Data("z".utf8)]
        let encoded = secret.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        var others = [secret.value.lowercased(), secret.value.uppercased(), String(secret.value.reversed())]
        others += [digits, value.base64EncodedString(), encoded, String(secret.value.prefix(22))]
        others += longer.map { $0.base64EncodedString() }
        for other in [secret.value] + others {
            #expect(!secret.forms(in: "before \(other) after").isEmpty, "\(other)")
        }
        #expect(secret.forms(in: PlantedSecret(isQuoted: true).value).isEmpty)
    }

    /// The process that waits at the gate; it was handed all.
    private func waitingChild(of planted: PlantedSite) async throws -> Int32 {
        let file = planted.site.path("given/process")
        try await eventually("the program waits") {
            let text = try? String(contentsOfFile: file, encoding: .utf8)
            let isBackingUp = RunningProcess.all().contains {
                $0.command.contains("restic") && $0.command.contains(planted.site.folder)
            }
            return text?.hasSuffix("\n") == true && isBackingUp
        }
        let text = try planted.site.text("given/process").trimmingCharacters(in: .newlines)
        return try #require(Int32(text))
    }

    private func withPlantedServer(_ test: (PlantedSite, LoopbackServer) async throws -> Void) async throws {
        try await withPlantedSite { planted in
            try await EchoServer.run(planted.secret, planted.plain) { try await test(planted, $0) }
        }
    }

    /// Every place was tried, and took the secret or did not, as it should.
    private func expectPlaces(in output: String) {
        for (index, place) in (PlantedPlaces.allowed + PlantedPlaces.refused).enumerated() {
            let isAsExpected = output.contains("place \(index + 1) \(index < PlantedPlaces.allowed.count)")
            #expect(isAsExpected, "\(place)")
        }
    }

    private func expectNothing(in text: String, of planted: PlantedSite) {
        let lines = text.split(whereSeparator: \.isNewline).filter { !planted.forms(in: String($0)).isEmpty }
        #expect(lines.isEmpty, "\(planted.forms(in: text))")
    }

    /// The search would have found it: it was where it was to be.
    private func expectControls(_ planted: PlantedSite, _ requests: [LoopbackServer.Request]) throws {
        #expect(requests.contains { $0.header("Authorization") == "Bearer \(planted.secret.value)" })
        #expect(requests.contains { $0.header("X-Key") == planted.plain.value })
        #expect(try planted.site.text("given/stdin") == planted.secret.value)
        #expect(try planted.site.text("given/variable") == planted.plain.value)
        for (name, secret) in [("stdin", planted.secret), ("variable", planted.plain)] {
            #expect(
                try secret.finds(beneath: planted.site.path("given"), except: []) == ["\(name): as it is"]
            )
        }
    }
}
