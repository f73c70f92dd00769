package import BackupAPI

/// A mail as it goes over the wire (RFC 5322), with a text in UTF-8 (RFC 2045).
///
/// Nothing in it can add a header or a recipient: addresses are checked before, the subject is one line, and the text
/// is quoted-printable, which also keeps dots at line beginnings and long lines out of SMTP's way.
package struct MailMessage: Equatable, Sendable {
    /// A UUID; the same in every attempt, so that a receiver can tell a repetition.
    package var id: String
    /// Where it comes from.
    package var from: String
    /// Where it goes to.
    package var to: String
    /// When it was written.
    package var date: Timestamp
    /// The subject, in any characters.
    package var subject: String
    /// The text, with `\n` after each line.
    package var body: String

    package init(id: String, from: String, to: String, date: Timestamp, subject: String, body: String) {
        self.id = id
        self.from = from
        self.to = to
        self.date = date
        self.subject = subject
        self.body = body
    }

    /// Header and text, with CRLF at all line ends.
    package var text: String {
        let domain = from.split(separator: "@").last ?? "localhost"
        let header = [
            "Date: \(date.mailDate)",
            "From: Moonkeep <\(from)>",
            "To: <\(to)>",
            "Subject: \(MailEncoding.headerText(subject.oneLine))",
            "Message-ID: <\(id)@\(domain)>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
        ]
        return (header + [""]).map { $0 + "\r\n" }.joined() + MailEncoding.quotedPrintable(body)
    }
}

extension Timestamp {
    /// `31 Jul 2014 16:54:07 +0000` (RFC 5322, 3.3).
    fileprivate var mailDate: String {
        "\(dayText) \(wholeSeconds.dropFirst(11).prefix(8)) +0000"
    }

    /// `31 Jul 2014 16:54 UTC`, as mails for people have it (contract 5.2).
    package var minuteText: String {
        "\(dayText) \(wholeSeconds.dropFirst(11).prefix(5)) UTC"
    }

    private var dayText: String {
        let parts = wholeSeconds.prefix(10).split(separator: "-")
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]), names.indices ~= month - 1
        else { return String(wholeSeconds.prefix(10)) }
        return "\(day) \(names[month - 1]) \(parts[0])"
    }
}
