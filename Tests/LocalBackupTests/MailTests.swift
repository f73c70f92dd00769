import BackupAPI
import BackupTesting
import Foundation
import LocalBackup
import Mail
import Testing

/// Mails through a real mail server, sent by curl.
@Suite(
    .enabled(if: MailServer.isInstalled, "python3-aiosmtpd or curl is not installed"),
    .timeLimit(.minutes(10))
)
struct MailTests {
    /// Gives a test a server on a site.
    private static func withServer(
        _ options: MailServer.Options = .init(),
        in site: TestSite,
        _ test: (MailServer) async throws -> Void
    ) async throws {
        let server = try await MailServer(options, in: site)
        do {
            try await test(server)
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    /// A whole mail as the server keeps it, from the moment at which time stands.
    private static func mail(
        _ id: String,
        subject: String,
        _ body: String,
        login: String = "tls=no login=none"
    )
        -> String
    {
        """
        \(login) from=moonkeep@example.com to=ops@example.com
        Date: 1 Jan 2024 00:00:00 +0000
        From: Moonkeep <moonkeep@example.com>
        To: <ops@example.com>
        Subject: \(subject)
        Message-ID: <\(id)@example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        \(body)

        """
        .replacing("\n", with: "\r\n")
    }

    private static func failed(_ site: TestSite) -> String {
        """
        Moonkeep Backup
        Backed Up: nightly on test-host
        Status: Failed
        Started: 1 Jan 2024 00:00 UTC
        Completed: 1 Jan 2024 00:00 UTC
        Source: test-host
        Files Searched: 0 (0 B)
        Errors Encountered: 1
        Reason: restic is not installed: there is no program '\(site.folder)/no-restic'. Install it with \
        'apt-get install restic', or name the program's path.
        """
    }

    /// The mails that a server has, with the lines together that were broken for the wire.
    private static func unfolded(_ server: MailServer) throws -> [String] {
        try server.mails().map { $0.replacing("=\r\n", with: "") }
    }

    @Test(.enabled(if: Machine.hasRestic, "restic is not installed"))
    func `a success is told in the words of the contract`() async throws {
        try await withSite { site in
            try await Self.withServer(in: site) { server in
                let bench = try await NotifierBench(site.mailSettings(), in: site)
                let backup = try await bench.service.runNightly()
                try await bench.notifier(MailSettings.plain(server.port)).deliver()
                let record = try await bench.service.onlyMail(about: backup)
                #expect(record.state == .sent)
                let body = """
                    Moonkeep Backup
                    Backed Up: nightly on test-host
                    Status: Completed
                    Started: 1 Jan 2024 00:00 UTC
                    Completed: 1 Jan 2024 00:00 UTC
                    Source: test-host
                    Files Searched: 2 (6 B)
                    Errors Encountered: 0
                    """
                let subject = "Backup of nightly on test-host: Completed"
                #expect(try server.mails() == [Self.mail(record.id, subject: subject, body)])
            }
        }
    }

    @Test(.enabled(if: Machine.hasRestic, "restic is not installed"))
    func `a backup with errors is told with its reason`() async throws {
        try await withSite { site in
            try await Self.withServer(in: site) { server in
                var settings = site.mailSettings()
                settings.configurations[0].inclusions.append(PathRule(type: .folder, path: "/no/such/folder"))
                let bench = try await NotifierBench(settings, in: site)
                let backup = try await bench.service.runNightly()
                try await bench.notifier(MailSettings.plain(server.port)).deliver()
                let record = try await bench.service.onlyMail(about: backup)
                let body = """
                    Moonkeep Backup
                    Backed Up: nightly on test-host
                    Status: Completed with errors
                    Started: 1 Jan 2024 00:00 UTC
                    Completed: 1 Jan 2024 00:00 UTC
                    Source: test-host
                    Files Searched: 2 (6 B)
                    Errors Encountered: 1
                    Reason: 1 path could not be backed up: '/no/such/folder' (does not exist)
                    """
                let subject = "Backup of nightly on test-host: Completed with errors"
                #expect(try Self.unfolded(server) == [Self.mail(record.id, subject: subject, body)])
            }
        }
    }

    @Test func `a failure is told through STARTTLS and a login`() async throws {
        try await withSite { site in
            let (certificate, key) = try await site.makeCertificate()
            let options = MailServer.Options(
                security: "starttls",
                certificate: certificate,
                key: key,
                password: #"pa"ss\wörd"#
            )
            try await Self.withServer(options, in: site) { server in
                let bench = try await NotifierBench(site.failingMailSettings(), in: site)
                let backup = try await bench.service.runNightly()
                try site.write(#"pa"ss\wörd"# + "\n", to: "mail-password")
                chmod(site.folder + "/mail-password", 0o600)
                var mail = MailSettings.plain(server.port)
                mail.security = .startTLS
                mail.user = "moon"
                mail.password = .file(site.folder + "/mail-password")
                mail.certificateAuthorities = certificate
                try await bench.notifier(mail).deliver()
                let record = try await bench.service.onlyMail(about: backup)
                #expect(record.lastError == nil)
                let subject = "Backup of nightly on test-host: Failed"
                let expected = Self.mail(
                    record.id,
                    subject: subject,
                    Self.failed(site),
                    login: "tls=yes login=moon"
                )
                #expect(try Self.unfolded(server).joined() == expected)
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: site.stateFolder)
                        .filter { $0.hasPrefix("mail-") }.isEmpty
                )
            }
        }
    }

    @Test func `a server that speaks TLS from the beginning is understood`() async throws {
        try await withSite { site in
            let (certificate, key) = try await site.makeCertificate()
            let options = MailServer.Options(
                security: "tls",
                certificate: certificate,
                key: key,
                password: "x"
            )
            try await Self.withServer(options, in: site) { server in
                let bench = try await NotifierBench(site.failingMailSettings(), in: site)
                let backup = try await bench.service.runNightly()
                var mail = MailSettings.plain(server.port)
                mail.security = .tls
                mail.user = "moon"
                mail.password = MailPassword { "x" }
                mail.certificateAuthorities = certificate
                try await bench.notifier(mail).deliver()
                let record = try await bench.service.onlyMail(about: backup)
                #expect(record.lastError == nil)
                #expect(record.state == .sent)
                #expect(try server.mails().map { $0.hasPrefix("tls=yes login=moon ") } == [true])
            }
        }
    }

    @Test func `a wrong password is recorded without it, and a right one helps`() async throws {
        try await withSite { site in
            let (certificate, key) = try await site.makeCertificate()
            let options = MailServer.Options(
                security: "starttls",
                certificate: certificate,
                key: key,
                password: "right-secret"
            )
            try await Self.withServer(options, in: site) { server in
                let bench = try await NotifierBench(site.failingMailSettings(), in: site)
                let backup = try await bench.service.runNightly()
                var mail = MailSettings.plain(server.port)
                mail.security = .startTLS
                mail.user = "moon"
                mail.password = .file(site.folder + "/mail-password")
                mail.certificateAuthorities = certificate
                let notifier = try bench.notifier(mail)
                try site.write("wrong-secret", to: "mail-password")
                chmod(site.folder + "/mail-password", 0o600)
                try await notifier.deliver()
                #expect(
                    try await bench.service.onlyMail(about: backup).lastError
                        == """
                        the mail server '127.0.0.1:\(server.port)' refused the login. Check the user and the password.
                        """
                )
                try site.write("right-secret", to: "mail-password")
                bench.clock.advance(by: .seconds(60))
                try await notifier.deliver()
                #expect(try await bench.service.onlyMail(about: backup).state == .sent)
                #expect("\(mail)".contains("secret>"))
                #expect(!String(reflecting: mail).contains("right-secret"))
            }
        }
    }

    @Test func `a certificate that is not trusted gets no password`() async throws {
        try await withSite { site in
            let (certificate, key) = try await site.makeCertificate()
            let options = MailServer.Options(security: "starttls", certificate: certificate, key: key)
            try await Self.withServer(options, in: site) { server in
                let bench = try await NotifierBench(site.failingMailSettings(), in: site)
                let backup = try await bench.service.runNightly()
                var mail = MailSettings.plain(server.port)
                mail.security = .startTLS
                try await bench.notifier(mail).deliver()
                let record = try await bench.service.onlyMail(about: backup)
                #expect(record.state == .waiting)
                let message = "the certificate of the mail server '127.0.0.1:\(server.port)' is not trusted: "
                #expect(record.lastError?.hasPrefix(message) == true)
                #expect(try server.mails().isEmpty)
            }
        }
    }

    @Test func `a server without STARTTLS gets nothing when that is demanded`() async throws {
        try await withSite { site in
            try await Self.withServer(in: site) { server in
                let bench = try await NotifierBench(site.failingMailSettings(), in: site)
                let backup = try await bench.service.runNightly()
                var mail = MailSettings.plain(server.port)
                mail.security = .startTLS
                try await bench.notifier(mail).deliver()
                #expect(
                    try await bench.service.onlyMail(about: backup).lastError == """
                        the mail server '127.0.0.1:\(server.port)' did not take the mail; curl ended with exit code 64: \
                        curl: (64) STARTTLS not supported.
                        """
                )
                #expect(try server.mails().isEmpty)
            }
        }
    }

    @Test func `a mail waits until the server is up again`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            let gone = try await MailServer(in: site)
            try await gone.stop()
            let notifier = try bench.notifier(MailSettings.plain(gone.port))
            try await notifier.deliver()
            let waiting = try await bench.service.onlyMail(about: backup)
            #expect(waiting.state == .waiting)
            #expect(
                waiting.lastError?.hasPrefix(
                    "the mail server '127.0.0.1:\(gone.port)' did not take the mail; curl ended with exit code 7: "
                ) == true
            )
            try await Self.withServer(.init(port: gone.port), in: site) { server in
                bench.clock.advance(by: .seconds(60))
                try await notifier.deliver()
                #expect(try await bench.service.onlyMail(about: backup).state == .sent)
                #expect(try server.mails().count == 1)
            }
        }
    }

    @Test(arguments: [("550 no such user", 550, MailRecord.State.refused), ("450 later", 450, .waiting)])
    func `an address that the server does not take is recorded`(
        answer: String,
        code: Int,
        state: MailRecord.State
    ) async throws {
        try await withSite { site in
            try await Self.withServer(.init(refusals: ["ops@example.com": answer]), in: site) { server in
                let bench = try await NotifierBench(site.failingMailSettings(), in: site)
                let backup = try await bench.service.runNightly()
                try await bench.notifier(MailSettings.plain(server.port)).deliver()
                let record = try await bench.service.onlyMail(about: backup)
                #expect(record.state == state)
                #expect(
                    record.lastError == """
                        the mail server '127.0.0.1:\(server.port)' does not take mail for 'ops@example.com': it answered \
                        \(code)
                        """
                )
            }
        }
    }

    @Test func `a text that the server does not take is recorded`() async throws {
        try await withSite { site in
            try await Self.withServer(.init(refusal: "554 looks like spam"), in: site) { server in
                let bench = try await NotifierBench(site.failingMailSettings(), in: site)
                let backup = try await bench.service.runNightly()
                try await bench.notifier(MailSettings.plain(server.port)).deliver()
                let record = try await bench.service.onlyMail(about: backup)
                #expect(record.state == .refused)
                #expect(
                    record.lastError == """
                        the mail server '127.0.0.1:\(server.port)' does not take mail for 'ops@example.com': it answered \
                        554
                        """
                )
            }
        }
    }

    @Test func `names cannot add headers, lines or recipients`() async throws {
        try await withSite { site in
            try await Self.withServer(in: site) { server in
                var settings = site.failingMailSettings([
                    .init(destination: "ops@example.com", onSuccess: true, onFailure: true),
                    .init(
                        destination: "a@example.com>\r\nRCPT TO:<b@example.com",
                        onSuccess: true,
                        onFailure: true
                    ),
                ])
                settings.configurations[0].name = "Grüße\r\nBcc: b@example.com\nStatus: Completed"
                let bench = try await NotifierBench(settings, in: site)
                let id = LocalBackupService.configurationID(forName: settings.configurations[0].name)
                let backup = try await bench.service.wait(for: bench.service.start(id, key: nil).id)
                try await bench.notifier(MailSettings.plain(server.port)).deliver()
                let records = try await bench.service.mails(about: backup.id)
                #expect(records.map(\.state) == [.sent, .refused])
                #expect(
                    records.last?.lastError
                        == "'a@example.com>  RCPT TO:<b@example.com' is not an e-mail address"
                )
                let mails = try server.mails()
                #expect(mails.count == 1)
                #expect(
                    mails[0].hasPrefix("tls=no login=none from=moonkeep@example.com to=ops@example.com\r\n")
                )
                #expect(!mails[0].contains("\r\nBcc"))
                #expect(!mails[0].contains("\r\nStatus: Completed"))
                #expect(mails[0].contains("\r\nStatus: Failed\r\n"))
            }
        }
    }
}
