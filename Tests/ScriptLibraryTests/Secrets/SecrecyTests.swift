import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Testing

/// A secret in every place that a script can put it is in nothing that the run leaves behind.
@Suite(.timeLimit(.minutes(2))) struct SecrecyTests {
    private static let secret = "p4ss\"w0rd/é+qvztk"

    @Test(arguments: [
        "log.info(s) log.warn('x', { s = s }) print(s) report.text(s) report.add(s)",
        "error(s)", "error('x' .. tostring(s))", "error({ message = s, code = s })", "return s",
        "run.finish('warning', tostring(s))",
        "local r = shell.run { 'cat', stdin = s } log.info(r.stdout) print(r.stdout) return r",
        "local r = shell.sh('echo \"$P\"; echo \"$P\" >&2', { env = { P = s } }) report.text(r.stdout) return r.stderr",
        "shell.sh('echo \"$P\" >&2; exit 2', { env = { P = s } })",
        "shell.sh('printf %s \"$P\" | base64', { env = { P = s } })",
        "shell.sh('cat >&2; exit 3', { stdin = s })",
        "local ok, e = pcall(shell.sh, 'cat >&2; exit 3', { stdin = s }) log.error(e.message, e.data) error(e)",
        "shell.sh('printf \"%s%s\" \"$P\" \"$P\"; kill -9 $$', { env = { P = s } })",
        "shell.sh('printf \"%s\" \"$P\"', { env = { P = s }, stdout = '$/out' }) return fs.read('$/out')",
        "task.retry({ attempts = 2, base = 0 }, function() shell.run { 'cat', stdin = s, ok = 1 } end)",
        "return shell.sh('ps -ef; cat /proc/self/cmdline', { env = { P = s } }).stdout",
        "return fs.read('$/secrets/pg')",
        // Cut off in the middle of one, at the begin and at the end of what is kept.
        "shell.sh('for i in $(seq 9000); do printf \"%s\" \"$P\"; done >&2; exit 1', { env = { P = s } })",
        "return shell.sh('for i in $(seq 9000); do printf \"%s\" \"$P\"; done >&2', { env = { P = s } })",
    ])
    func `a secret is nowhere`(text: String) async throws {
        let site = try Site(
            needs: ["secrets:pg", "shell:*", "shell:sh", "fs:read:$", "fs:write:$"],
            secrets: ["pg": Self.secret]
        )
        let result = try await site.run("local s = secrets.get('pg') " + text)
        let account = try site.account + "\(result)"
        #expect(!account.isEmpty)
        for part in [Self.secret, "qvzt", "p4s", "w0rd", Data(Self.secret.utf8).base64EncodedString()] {
            #expect(!account.contains(part), "\(part)")
        }
    }

    @Test func `what comes back has the placeholder in its place`() async throws {
        let site = try Site(needs: ["secrets:pg", "shell:cat"], secrets: ["pg": Self.secret])
        let values = try await site.values("return shell.run({ 'cat', stdin = secrets.get('pg') }).stdout")
        #expect(values == ["<secret pg>"])
    }

    @Test func `the whole journal on disk has the placeholder alone`() async throws {
        let site = try Site(needs: ["secrets:pg", "shell:sh"], secrets: ["pg": Self.secret])
        try await site.onDisk { store in
            _ = try await site.run(
                "local s = secrets.get('pg') shell.sh('cat', { stdin = s, env = { A = s } }) pcall(shell.sh, 'cat >&2; exit 1', { stdin = s })",
                on: store
            )
        }
        let files = site.folder.contents.filter { $0.hasPrefix("journal") }
        #expect(!files.isEmpty)
        var all = Data()
        for file in files { all += try Data(contentsOf: URL(filePath: site.folder.path + "/" + file)) }
        #expect(all.range(of: Data("<secret pg>".utf8)) != nil)
        #expect(all.range(of: Data("qvztk".utf8)) == nil)
        #expect(all.range(of: Data("p4ss".utf8)) == nil)
    }

    @Test func `another secret is another step`() async throws {
        let site = try Site(
            needs: ["secrets:a", "secrets:b", "shell:cat"],
            secrets: ["a": "first-word", "b": "second-word"]
        )
        _ = try await site.values("shell.run { 'cat', stdin = secrets.get('a') }")
        #expect(
            try site.journal.allSteps.map(\.input) == [
                #"[{"$entries":[[1,"cat"],["stdin",{"$object":"<secret a>"}]]}]"#
            ]
        )
    }
}
