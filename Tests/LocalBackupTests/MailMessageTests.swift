import BackupAPI
import LocalBackup
import Mail
import Testing

@Suite struct MailMessageTests {
    private static func message(_ subject: String, _ body: String) -> MailMessage {
        MailMessage(
            id: "00000000-0000-8000-8000-000000000001",
            from: "moonkeep@example.com",
            to: "ops@example.com",
            date: Timestamp(microseconds: 1_406_825_647_000_000),
            subject: subject,
            body: body
        )
    }

    private static func wire(_ subject: String, _ body: String) -> String {
        """
        Date: 31 Jul 2014 16:54:07 +0000
        From: Moonkeep <moonkeep@example.com>
        To: <ops@example.com>
        Subject: \(subject)
        Message-ID: <00000000-0000-8000-8000-000000000001@example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        \(body)

        """
        .replacing("\n", with: "\r\n")
    }

    @Test func `a plain mail is readable as it is`() {
        let text = Self.message("Backup of nightly", "Status: Completed\nFiles: 2\n").text
        #expect(text == Self.wire("Backup of nightly", "Status: Completed\nFiles: 2"))
    }

    @Test func `a subject cannot add a header`() {
        let text = Self.message("a\r\nBcc: x@example.com\u{2028}b", "").text
        #expect(text.contains("\r\nSubject: a  Bcc: x@example.com b\r\n"))
    }

    @Test func `a subject of other characters is in encoded words that cut none in two`() {
        let text = Self.message("Sicherung " + String(repeating: "ü", count: 30), "x\n").text
        #expect(
            text.contains(
                "\r\nSubject: =?utf-8?B?U2ljaGVydW5nIMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7w=?="
                    + "\r\n =?utf-8?B?w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7w=?=\r\n"
            )
        )
        #expect(
            Self.message("=?utf-8?Q?x?=", "x\n").text.contains(
                "\r\nSubject: =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=\r\n"
            )
        )
    }

    @Test(arguments: [
        ("a = b", "a =3D b"),
        ("Grüße", "Gr=C3=BC=C3=9Fe"),
        (".", "=2E"),
        ("..", "=2E."),
        ("end ", "end=20"),
        ("", ""),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 75) + "=\nx"),
        (String(repeating: "x", count: 74) + "=", String(repeating: "x", count: 74) + "=\n=3D"),
        (String(repeating: "x", count: 75) + ".", String(repeating: "x", count: 75) + "=\n=2E"),
    ])
    func `a text is quoted so that every server lets it through`(line: String, quoted: String) {
        #expect(Self.message("s", line + "\n").text == Self.wire("s", quoted))
    }

    @Test(arguments: [
        "ops@example.com", "first.last+tag@sub.example.com", "root@localhost", "o'brien@example.com",
    ])
    func `an address is taken`(address: String) {
        #expect(MailAddress.problem(of: address) == nil)
    }

    @Test(arguments: [
        "", "ops", "@example.com", "ops@", "a@b@c", "a b@example.com", "<ops@example.com>",
        "a@example.com,b@example.com",
        "a\r\nRCPT TO:<b@example.com>", "ops@example..com", ".ops@example.com", "öps@example.com",
        "a@ex_ample.com",
    ])
    func `what is no address is refused`(address: String) {
        let shown = address.replacing("\r\n", with: "  ")
        #expect(MailAddress.problem(of: address) == "'\(shown)' is not an e-mail address")
    }
}
