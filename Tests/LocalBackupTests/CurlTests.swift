import BackupAPI
import Foundation
import LocalBackup
import Mail
import Testing

/// How curl is called, without a mail server.
@Suite(.timeLimit(.minutes(10))) struct CurlTests {
    @Test func `neither secrets nor addresses stand in curl's arguments or environment`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            var mail = MailSettings.plain(587)
            mail.host = "::1"
            mail.security = .startTLS
            mail.user = "moon"
            mail.password = MailPassword { "hunter2\"\\" }
            mail.certificateAuthorities = "/etc/ca.pem"
            mail.curlProgram = try site.writeScript(
                """
                #!/bin/sh
                echo "$*" >'\(site.folder)/words'
                env | grep -v -e '^_=' -e '^PWD=' -e '^SHLVL=' -e '^OLDPWD=' >'\(site.folder)/variables'
                cat >'\(site.folder)/options'
                echo 'curl: (56) the password hunter2"\\ is bad' >&2
                exit 56
                """,
                to: "fake-curl"
            )
            try await bench.notifier(mail).deliver()
            let record = try await bench.service.onlyMail(about: backup)
            #expect(
                record.lastError == """
                    the mail server '::1:587' did not take the mail; curl ended with exit code 56: curl: (56) the password \
                    *** is bad
                    """
            )
            let read = { (name: String) in
                try String(contentsOfFile: "\(site.folder)/\(name)", encoding: .utf8)
            }
            #expect(try read("words") == "-q --config -\n")
            #expect(try read("variables") == "LC_ALL=C\n")
            #expect(
                try read("options") == #"""
                    silent
                    show-error
                    ssl-reqd
                    url = "smtp://[::1]:587"
                    proto = "=smtp,smtps"
                    noproxy = "*"
                    connect-timeout = "30"
                    max-time = "120"
                    mail-from = "moonkeep@example.com"
                    mail-rcpt = "ops@example.com"
                    upload-file = "\#(site.stateFolder)/mail-\#(record.id)"
                    write-out = "%{response_code}"
                    user = "moon:hunter2\"\\"
                    cacert = "/etc/ca.pem"

                    """#
            )
        }
    }

    @Test func `a curl that was killed has sent nothing`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            var mail = MailSettings.plain(587)
            mail.curlProgram = try site.writeScript("#!/bin/sh\nkill -KILL $$\n", to: "fake-curl")
            try await bench.notifier(mail).deliver()
            let record = try await bench.service.onlyMail(about: backup)
            #expect(record.state == .waiting)
            #expect(record.lastError?.contains("did not take the mail; curl ended by a signal: ") == true)
        }
    }

    @Test func `a missing curl is named`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            let backup = try await bench.service.runNightly()
            var mail = MailSettings.plain(25)
            mail.path = site.folder
            try await bench.notifier(mail).deliver()
            #expect(
                try await bench.service.onlyMail(about: backup).lastError == """
                    curl is not installed: there is no program 'curl'. Install it with 'apt-get install curl', or name \
                    the program's path.
                    """
            )
        }
    }

    @Test func `settings that cannot work are refused with everything that is wrong`() async throws {
        try await withSite { site in
            let bench = try await NotifierBench(site.failingMailSettings(), in: site)
            var mail = MailSettings(
                host: "mail server",
                port: 0,
                security: .none,
                user: "a:b",
                from: "nobody"
            )
            mail.password = MailPassword { "secret" }
            let error = try #require(throws: BackupError.self) { try bench.notifier(mail) }
            #expect(error.code == .invalidConfiguration)
            #expect(
                error.description == """
                    the mail server 'mail server' is neither a name nor an address; the mail server's port 0 is not from \
                    1 to 65535; the sender: 'nobody' is not an e-mail address; a login without TLS would send the \
                    password in the clear; the mail server's user is empty, or has a colon or a control character. \
                    Change the settings of the mail server.
                    """
            )
        }
    }
}
