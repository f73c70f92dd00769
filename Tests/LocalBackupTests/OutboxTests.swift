import BackupAPI
import BackupTesting
import Foundation
import LocalBackup
import Mail
import Testing

/// The outbox, without a mail server. There is no restic: every backup that starts fails.
@Suite(.timeLimit(.minutes(10))) struct OutboxTests {
    @Test func `an end is told once to each address that wants to know`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(
                site.failingMailSettings([
                    .init(destination: "both@example.com", onSuccess: true, onFailure: true),
                    .init(destination: "good@example.com", onSuccess: true, onFailure: false),
                    .init(destination: "bad@example.com", onSuccess: false, onFailure: true),
                    .init(destination: "both@example.com", onSuccess: false, onFailure: true),
                    .init(type: "pager", destination: "pager@example.com", onSuccess: true, onFailure: true),
                ]),
                in: site
            )
            let backup = try await bench.service.runNightly()
            let transport = MemoryTransport()
            #expect(try await bench.notifier(transport).deliver() == nil)
            try await bench.notifier(transport).deliver()
            #expect(transport.mails.map(\.to) == ["both@example.com", "bad@example.com"])
            let records = try await bench.service.mails(about: backup.id)
            #expect(records.map(\.state) == [.sent, .sent])
            #expect(records.map(\.attempts) == [1, 1])
            #expect(records.map(\.id) == transport.mails.map(\.id))
        }
    }

    @Test func `a mail that fails is tried again, further and further apart, with the same text`()
        async throws
    {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            let transport = MemoryTransport()
            transport.fail(MailFailure("the mail server is down"))
            let notifier = bench.notifier(transport)
            var pauses: [Duration] = []
            for _ in 0..<8 {
                let next = try #require(try await notifier.deliver())
                let now = ScheduleBench.beginning.advanced(by: bench.clock.now.offset)
                pauses.append(next.since(now))
                bench.clock.advance(by: .seconds(next.since(now) / .seconds(1) - 1))
                #expect(try await notifier.deliver() == next)
                bench.clock.advance(by: .seconds(1))
            }
            #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds(60 * $0) })
            let waiting = try #require(try await bench.service.mails(about: backup.id).first)
            #expect(waiting.state == .waiting)
            #expect(waiting.attempts == 8)
            #expect(waiting.lastError == "the mail server is down")
            transport.fail(nil)
            #expect(try await notifier.deliver() == nil)
            let sent = try #require(try await bench.service.mails(about: backup.id).first)
            #expect(sent.state == .sent)
            #expect(sent.lastError == nil)
            #expect(transport.mails.map(\.date) == [ScheduleBench.beginning])
        }
    }

    @Test func `a mail that cannot be sent for a day is given up`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            let transport = MemoryTransport()
            transport.fail(MailFailure("the mail server is down"))
            let notifier = bench.notifier(transport)
            while let next = try await notifier.deliver() {
                bench.clock.advance(
                    by: next.since(ScheduleBench.beginning.advanced(by: bench.clock.now.offset))
                )
            }
            #expect(bench.clock.now.offset < .seconds(86_400))
            #expect(bench.clock.now.offset > .seconds(82_000))
            let record = try #require(try await bench.service.mails(about: backup.id).first)
            #expect(record.state == .givenUp)
            #expect(record.nextTime == nil)
            #expect(record.lastError == "the mail server is down")
        }
    }

    @Test func `an address that the server refuses is not tried again`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            let transport = MemoryTransport()
            transport.fail(MailFailure("no such user", isFinal: true))
            #expect(try await bench.notifier(transport).deliver() == nil)
            let record = try #require(try await bench.service.mails(about: backup.id).first)
            #expect(record.state == .refused)
            #expect(record.lastError == "no such user")
        }
    }

    @Test func `an end is told by the next process when this one dies before it`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            await bench.service.shutdown()
            let next = try await NotifierBench(site.failingMailSettings(), in: site)
            let transport = MemoryTransport()
            try await next.notifier(transport).deliver()
            try await bench.notifier(transport).deliver()
            #expect(transport.mails.count == 1)
            #expect(try await next.service.mails(about: backup.id).map(\.state) == [.sent])
        }
    }

    @Test func `an end that nobody told of for a day is not told any more`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            bench.clock.advance(by: .seconds(86_400))
            let transport = MemoryTransport()
            try await bench.notifier(transport).deliver()
            #expect(transport.mails.isEmpty)
            #expect(try await bench.service.mails(about: backup.id).isEmpty)
        }
    }

    @Test func `two notifiers at once send every mail once`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            for _ in 0..<3 { _ = try await bench.service.runNightly() }
            let transport = MemoryTransport()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { _ = try await bench.notifier(transport).deliver() }
                }
                try await group.waitForAll()
            }
            #expect(transport.mails.count == 3)
        }
    }

    @Test func `a running notifier hears of an end at once`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let transport = MemoryTransport()
            let running = Task { try await bench.notifier(transport).run() }
            try await bench.clock.waitForSleepers()
            _ = try await bench.service.runNightly()
            try await transport.sent.pass()
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            #expect(transport.mails.count == 1)
        }
    }

    @Test func `a running notifier tries again by its clock`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let transport = MemoryTransport()
            transport.fail(MailFailure("the mail server is down"))
            _ = try await bench.service.runNightly()
            let running = Task { try await bench.notifier(transport).run() }
            try await bench.clock.waitForSleepers()
            transport.fail(nil)
            for _ in 0..<2 {
                #expect(transport.mails.isEmpty)
                bench.clock.advance(by: .seconds(30))
                try await bench.clock.waitForSleepers()
            }
            #expect(transport.mails.count == 1)
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
        }
    }

    @Test func `of many slots that were missed at once, people are told once`() async throws {
        try await withSite { site in
            var settings = site.failingMailSettings()
            settings.configurations[0].schedule = ScheduleBench.hourly
            let bench = try await NotifierBench(settings, in: site)
            let configuration = try await bench.service.configuration(LocalBackupService.nightly)
            let slots = (1...3).map { ScheduleBench.beginning.advanced(by: .seconds(3_600 * $0)) }
            for _ in 0..<2 {
                try await bench.service.record(.missed, slots, of: configuration, reason: "the host was off")
            }
            let transport = MemoryTransport()
            try await bench.notifier(transport).deliver()
            #expect(
                transport.mails.map(\.body) == [
                    """
                    Moonkeep Backup
                    Backed Up: nightly on test-host
                    Status: Missed
                    Started: never
                    Completed: never
                    Source: test-host
                    Files Searched: 0 (0 B)
                    Errors Encountered: 0
                    Reason: the host was off

                    """
                ]
            )
        }
    }
}
