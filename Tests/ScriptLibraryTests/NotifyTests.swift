import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct NotifyTests {
    private let chat = Chat()

    private func fixture(_ permissions: [String] = ["notify:*"]) throws -> LibraryFixture {
        try LibraryFixture(
            [.notify(Notifiers(providers: ["chat": chat], groups: ["ops": ["chat:a", "chat:b", "chat:a"]]))],
            permissions: permissions
        )
    }

    @Test func `a message is kept with its step and delivered at once`() async throws {
        let fixture = try fixture()
        let found = try await fixture.values(
            """
            return notify.send("chat:ops", { title = "web-files: failed\\nnow", body = "look", priority = "high", fields = { errors = 2 } }),
                notify.send("chat", "short")
            """
        )
        #expect(found == [true, true])
        #expect(
            chat.delivered == [
                Notice(
                    key: "r1/0#0",
                    address: "ops",
                    title: "web-files: failed now",
                    body: "look",
                    priority: .high,
                    fields: ["errors": "2"],
                    sent: "2014-08-05T18:22:22.000000Z"
                ),
                Notice(key: "r1/0#2", title: "short", sent: "2014-08-05T18:22:22.000000Z"),
            ]
        )
        #expect(try await fixture.journal.dueMessages(at: .max, limit: 9).isEmpty)
    }

    @Test func `a group gets a message each, once`() async throws {
        let fixture = try fixture(["notify:ops"])
        #expect(try await fixture.values("return notify.send('ops', 'hello')") == [true])
        #expect(chat.delivered.map(\.address) == ["a", "b"])
    }

    @Test func `one that cannot be delivered is no error, and is tried again for three days`() async throws {
        let fixture = try fixture()
        chat.fail("the chat is down")
        #expect(try await fixture.values("return notify.send('chat:ops', 'hello')") == [false])
        let results = Mutex<[OutboxDeliverer.Result]>([])
        let clock = fixture.clock
        let deliverer = OutboxDeliverer(
            journal: fixture.journal,
            notifiers: Notifiers(providers: ["chat": chat]),
            now: { Timestamp.sample.advanced(by: clock.now.offset) },
            observe: { _, result in results.withLock { $0.append(result) } }
        )
        try await deliverer.deliverDue()
        #expect(results.withLock { $0 } == [])
        var minutes: [Int] = []
        for minute in 1...(4 * 24 * 60) {
            clock.advance(by: .seconds(60))
            let count = results.withLock { $0.count }
            try await deliverer.deliverDue()
            if results.withLock({ $0.count }) > count { minutes.append(minute) }
        }
        #expect(minutes == [1, 3, 7, 15, 31, 63, 127, 255] + (0..<12).map { 511 + 360 * $0 })
        #expect(results.withLock { $0.last } == .givenUp("given up after three days: the chat is down"))
        #expect(Set(chat.tried.map(\.key)).count == 1)
    }

    @Test func `one that was delivered later is not delivered again`() async throws {
        let fixture = try fixture()
        chat.fail("the chat is down")
        _ = try await fixture.values("notify.send('chat:ops', 'hello')")
        chat.fail(nil)
        let deliverer = OutboxDeliverer(
            journal: fixture.journal,
            notifiers: Notifiers(providers: ["chat": chat]),
            now: { Timestamp.sample.advanced(by: .seconds(3_600)) }
        )
        try await deliverer.deliverDue()
        try await deliverer.deliverDue()
        #expect(chat.delivered.map(\.key) == ["r1/0#0"])
    }

    @Test func `a script's own provider gets the message, and a later run delivers what it could not`()
        async throws
    {
        let fixture = try fixture()
        let script = LuaSource(
            name: "matrix.lua",
            text: """
                notify.provider("matrix", { send = function(m)
                    state = m.title .. " " .. m.address .. " " .. m.priority .. " " .. time.now()
                    if run.args.deliver_by == nil then error("no network") end
                    log.info(m.key)
                end })
                if run.args.deliver_by == nil then return notify.send("matrix:room", "hello"), state end
                """
        )
        let result = try await fixture.makeHost().run(script)
        #expect(result.values == [false, "hello room normal 2014-08-05T18:22:22.000000Z"])
        let waiting = try await fixture.journal.dueMessages(at: .max, limit: 9)
        #expect(waiting.map(\.lastError) == ["matrix.lua:3: no network"])
        let provider = ScriptProvider(host: fixture.makeHost(), source: script, name: "matrix")
        let deliverer = OutboxDeliverer(
            journal: fixture.journal,
            notifiers: Notifiers(providers: ["matrix": provider]),
            now: { Timestamp.sample.advanced(by: .seconds(3_600)) }
        )
        try await deliverer.deliverDue()
        #expect(try await fixture.journal.dueMessages(at: .max, limit: 9).isEmpty)
    }

    @Test func `failures in a row and the recovery are told once`() async throws {
        let fixture = try fixture()
        for failed in [true, true, true, true, false, false, true, false] {
            _ = try await fixture.values(
                """
                notify.send("chat", "\(failed ? "failed" : "works again")",
                    { about = "web-files", failed = \(failed), after_failures = 3, on_recovery = true })
                """
            )
        }
        #expect(chat.delivered.map(\.title) == ["failed", "works again"])
    }

    @Test(arguments: [
        ("send('chat', {})", "bad argument #2 to 'notify.send': a title of 1 to 250 bytes expected, got nil"),
        (
            "send('chat', { title = 'x', prio = 1 })",
            "bad argument #2 to 'notify.send': a message has no 'prio'; known are: title, body, priority, fields"
        ),
        (
            "send('chat', { title = 'x', priority = 'hot' })",
            "bad argument #2 to 'notify.send': priority: \"low\", \"normal\", \"high\" or \"urgent\" expected, got \"hot\""
        ),
        (
            "send('chat', 'x', { after_failures = 3 })",
            "bad argument #3 to 'notify.send': failed: a boolean expected with 'after_failures' and 'on_recovery'"
        ),
        ("send('caht:ops', 'x')", "nobody is called 'caht:ops' to be notified. Known are: chat, ops."),
        (
            "provider('A b', { send = print })",
            "bad argument #1 to 'notify.provider': a name of small letters, digits, '-' and '_' expected, got \"A b\""
        ),
        (
            "provider('a', {})",
            "bad argument #2 to 'notify.provider': a table with a function 'send' expected, got table"
        ),
    ])
    func `what is wrong is named`(call: String, message: String) async throws {
        let failure = try await fixture().failure("notify.\(call)")
        #expect(failure == "test.lua:1: \(message)")
    }

    @Test func `sending needs a permission`() async throws {
        let failure = try await fixture(["notify:chat:*"]).failure(
            "notify.send('chat:a', 'x'); notify.send('ops', 'x')"
        )
        #expect(
            failure == """
                test.lua:1: the script may not do this: it has no permission 'notify:ops'. Ask for it in the script's \
                'needs', and grant it with 'moonkeep allow test.lua'.
                """
        )
        #expect(chat.delivered.map(\.address) == ["a"])
    }

    @Test func `a message is sent once wherever the host dies`() async throws {
        let script = """
            notify.provider("own", { send = function(m) time.now() end })
            return notify.send("own", "one"), notify.send("own", "two", { failed = true, after_failures = 1 })
            """
        let deaths = try await CrashingHost.everywhere(script, modules: [.notify(Notifiers())]) { host in
            #expect(host.result?.values == [true, true], "after a death at point \(host.point)")
            let steps = try await host.store.steps(of: "r1")
            #expect(steps.count { $0.name == "notify.send" } == 2, "after a death at point \(host.point)")
            let open = try await host.store.dueMessages(at: .max, limit: 9)
            #expect(open.isEmpty, "after a death at point \(host.point)")
        }
        #expect(deaths > 10)
    }

    @Test func `the log provider writes a line`() async throws {
        let lines = Mutex<[String]>([])
        try await LogProvider { line in lines.withLock { $0.append(line) } }.send(
            Notice(key: "k", title: "a\u{1b}[2J", body: "b\nc", priority: .urgent, sent: "")
        )
        #expect(lines.withLock { $0 } == ["[urgent] a?[2J: b c"])
    }
}

/// A provider that keeps what it gets, or fails.
private final class Chat: NotificationProvider {
    private let state = Mutex((tried: [Notice](), delivered: [Notice](), failure: String?.none))

    var tried: [Notice] { state.withLock { $0.tried } }
    var delivered: [Notice] { state.withLock { $0.delivered } }

    func fail(_ failure: String?) { state.withLock { $0.failure = failure } }

    func send(_ notification: Notice) async throws {
        let failure = state.withLock { state in
            state.tried.append(notification)
            if state.failure == nil { state.delivered.append(notification) }
            return state.failure
        }
        if let failure { throw BackupError(.unreachable, failure, isRetryable: true) }
    }
}
