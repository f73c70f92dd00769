import Foundation
import Testing

@Suite(
    .enabled(if: Machine.hasRestic && MailBox.isInstalled, "restic or python3-aiosmtpd is not installed"),
    .timeLimit(.minutes(5))
)
struct RunMailTests {
    private static func siteFile(port: Int) -> String {
        """
        smtp: {host: 127.0.0.1, port: \(port), security: none, from: moon@example.com}
        configurations:
          - name: web
            inclusions: [source]
            notifications: [{destination: ops@example.com, on_success: true}]

        """
    }

    @Test func `the mails of a run's backups are sent at its end`() async throws {
        try await withSite { site in
            let box = try await MailBox(in: site)
            try site.write(Self.siteFile(port: box.port), to: "moonkeep.yaml")
            let ended = try await site.run(TestSite.backUp)
            #expect(ended.exitCode == 0, "\(ended)")
            let mails = try box.mails()
            #expect(mails.count == 1)
            #expect(mails.first?.contains("Subject: Backup of web on ") == true, "\(mails)")
            #expect(try await site.moonkeep("messages").output == "No message waits.\n")
            await box.end()
        }
    }

    @Test func `a mail that could not be sent is told, and waits`() async throws {
        try await withSite { site in
            let box = try await MailBox(in: site, refusal: "451 not now")
            try site.write(Self.siteFile(port: box.port), to: "moonkeep.yaml")
            let ended = try await site.run(TestSite.backUp)
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.error.contains("moonkeep: a mail was not sent: the mail server "), "\(ended)")
            let waiting = try await site.moonkeep("messages", "--json").jsonList()
            #expect(waiting.map { $0["target"] as? String } == ["ops@example.com"])
            #expect(waiting.map { $0["attempts"] as? Int } == [1])
            let tried = try await site.moonkeep("messages", "--deliver")
            #expect(tried.exitCode == 1, "\(tried)")
            #expect(tried.output.contains("Backup of web on "), "\(tried)")
            await box.end()
        }
    }
}
