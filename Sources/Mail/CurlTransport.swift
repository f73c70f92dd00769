import BackupAPI
import Foundation
import Glibc
import Programs
import Subprocess
import HostSystem

/// Mails by curl, which speaks SMTP, STARTTLS and TLS, and logs in (curl(1), "SMTP").
///
/// curl gets its options on standard input: neither the password nor an address stands in its arguments. It reads no
/// configuration of the user's, and of the environment nothing.
package struct CurlTransport: MailTransport {
    private let settings: MailSettings
    private let folder: String

    /// `folder` is where a mail lies while it is sent, with mode 0600.
    package init(_ settings: MailSettings, folder: String) throws {
        try settings.check()
        self.settings = settings
        self.folder = folder
    }

    package func send(_ message: MailMessage) async throws {
        guard MailAddress.problem(of: message.to) == nil else {
            throw MailFailure("'\(message.to.oneLine)' is not an e-mail address", isFinal: true)
        }
        guard let program = ProgramLocation.find(settings.curlProgram, path: settings.path) else {
            throw MailFailure(
                "curl is not installed: there is no program '\(settings.curlProgram)'. "
                    + "Install it with 'apt-get install curl', or name the program's path."
            )
        }
        let password: String?
        do {
            password = try settings.password?.reveal()
        } catch {
            throw MailFailure("\(error)")
        }
        let file = "\(folder)/mail-\(message.id)"
        // One that a dead process left behind is of no use.
        unlink(file)
        defer { unlink(file) }
        try OwnerFile.write(message.text, to: file)
        let options = options(for: message, file: file, password: password)
        let answer = try await execute(program, options)
        if let failure = failure(answer, to: message.to, password: password) { throw failure }
    }

    private func options(for message: MailMessage, file: String, password: String?) -> String {
        let scheme = settings.security == .tls ? "smtps" : "smtp"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        var options = [
            ("url", "\(scheme)://\(host):\(settings.port)"),
            ("proto", "=smtp,smtps"), ("noproxy", "*"),
            ("connect-timeout", "30"), ("max-time", "120"),
            ("mail-from", message.from), ("mail-rcpt", message.to),
            ("upload-file", file), ("write-out", "%{response_code}"),
        ]
        if let user = settings.user { options.append(("user", "\(user):\(password ?? "")")) }
        if let authorities = settings.certificateAuthorities { options.append(("cacert", authorities)) }
        let flags = ["silent", "show-error"] + (settings.security == .none ? [] : ["ssl-reqd"])
        return (flags + options.map { "\($0) = \(Self.quoted($1))" }).map { $0 + "\n" }.joined()
    }

    /// A value in a configuration file of curl (curl(1), `--config`).
    private static func quoted(_ value: String) -> String {
        var text = "\""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default: text.unicodeScalars.append(character)
            }
        }
        return text + "\""
    }
}

extension CurlTransport {
    private struct Answer {
        /// `nil` when curl was killed: then nothing is known to be sent.
        let exitCode: Int?
        /// The last code of the server's; 0 when it said nothing.
        let responseCode: Int
        let words: String

        init(status: TerminationStatus, output: String, errors: String) {
            exitCode = status.exitCode
            responseCode = Int(output) ?? 0
            words = errors
        }
    }

    /// Runs curl, which ends by its own deadlines; when the task is cancelled it is killed.
    private func execute(_ program: String, _ options: String) async throws -> Answer {
        let configuration = Subprocess.Configuration(
            executable: .file(program),
            arguments: ["-q", "--config", "-"],
            environment: .restricted(to: ["LC_ALL": "C"])
        )
        do {
            let result = try await run(
                configuration,
                input: .inputWriter,
                output: .string(limit: 1 << 10),
                error: .string(limit: 1 << 14)
            ) { execution in
                // A curl that ends before it has read everything says why. Subprocess's own text as input ends this process
                // then.
                _ = try? await execution.standardInputWriter.write(options)
                try? await execution.standardInputWriter.finish()
            }
            try Task.checkCancellation()
            return Answer(
                status: result.terminationStatus,
                output: result.standardOutput,
                errors: result.standardError
            )
        } catch {
            try Task.checkCancellation()
            throw MailFailure("curl cannot be run: \(error)")
        }
    }

    /// curl's exit codes are a published list (curl(1), "EXIT CODES").
    private func failure(_ answer: Answer, to address: String, password: String?) -> MailFailure? {
        let server = "the mail server '\(settings.host):\(settings.port)'"
        var words = answer.words.oneLine.trimmingCharacters(in: .whitespaces)
        if let password, !password.isEmpty { words = words.replacing(password, with: "***") }
        switch answer.exitCode {
        case 0:
            return nil
        // After the recipient, or after the text; a server that greets badly may greet better later.
        case 55 where words.contains("RCPT failed"),
            8 where !words.contains("unexpected smtp-server response"):
            let isFinal = (500...599).contains(answer.responseCode)
            return MailFailure(
                "\(server) does not take mail for '\(address)': it answered \(answer.responseCode)",
                isFinal: isFinal
            )
        case 67:
            return MailFailure("\(server) refused the login. Check the user and the password.")
        case 60:
            return MailFailure("the certificate of \(server) is not trusted: \(words)")
        case let code:
            let end = code.map { "with exit code \($0)" } ?? "by a signal"
            return MailFailure("\(server) did not take the mail; curl ended \(end): \(words)")
        }
    }
}
