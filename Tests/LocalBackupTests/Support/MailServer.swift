import BackupTesting
import Foundation
import Glibc
import LocalBackup
import Mail
import Testing

/// A real mail server on this machine's loopback: aiosmtpd, in a process of its own.
final class MailServer: Sendable {
    static let python = "/usr/bin/python3"
    static let isInstalled: Bool = {
        do {
            try Machine.execute(python, "-c", "import aiosmtpd")
            return FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")
        } catch {
            return false
        }
    }()

    /// What the server does beyond taking every mail.
    struct Options: Encodable {
        /// 0 for any that is free.
        var port = 0
        var security = MailSettings.Security.none.rawValue
        var certificate = ""
        var key = ""
        /// The password that every login must have; empty for no login.
        var password = ""
        /// What the server answers to recipients that it does not take.
        var refusals: [String: String] = [:]
        /// What the server answers to texts; empty to take them.
        var refusal = ""
    }

    let port: Int
    private let folder: String
    private let process: ProcessIdentity
    private let hasEnded: Gate

    init(_ options: Options = Options(), in site: TestSite) async throws {
        folder = site.folder + "/mails"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let script = try site.writeScript(Self.script, to: "mail-server.py")
        let json = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
        let started = try await site.launch(Self.python, script, folder, json)
        var line = ""
        try await eventually("the mail server says its port") {
            line = try String(contentsOfFile: started.spool.output, encoding: .utf8)
            return line.hasSuffix("\n") || started.hasEnded.isOpen
        }
        port = try #require(Int(line.trimmingCharacters(in: .newlines)), "the mail server does not start")
        process = started.process
        hasEnded = started.hasEnded
    }

    func stop() async throws {
        process.signalGroup(SIGTERM)
        try await hasEnded.pass()
    }

    /// The mails that were accepted, in order: a line about the delivery, then the bytes as they came.
    func mails() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")), as: UTF8.self)
        }
    }

    private static let script = """
        import asyncio, json, os, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult

        folder, options = sys.argv[1], json.loads(sys.argv[2])

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
                if address in options["refusals"]:
                    return options["refusals"][address]
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                if options["refusal"]:
                    return options["refusal"]
                login = session.auth_data.login.decode() if session.auth_data else "none"
                secure = "yes" if server.transport.get_extra_info("ssl_object") else "no"
                line = f"tls={secure} login={login} from={envelope.mail_from} to={','.join(envelope.rcpt_tos)}\\r\\n"
                name = os.path.join(folder, "%04d" % len(os.listdir(folder)))
                with open(name, "wb") as file:
                    file.write(line.encode() + envelope.content)
                return "250 OK"

        def check(server, session, envelope, mechanism, data):
            isRight = data.password.decode() == options["password"]
            return AuthResult(success=isRight, handled=False, auth_data=data)

        context = None
        if options["certificate"]:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(options["certificate"], options["key"])
        more = {}
        if options["security"] == "starttls":
            more.update(tls_context=context, require_starttls=True)
        if options["password"]:
            more.update(authenticator=check, auth_required=True,
                        auth_require_tls=options["security"] == "starttls")

        async def main():
            outer = context if options["security"] == "tls" else None
            server = await asyncio.get_running_loop().create_server(
                lambda: SMTP(Handler(), hostname="mail.test", **more), "127.0.0.1", options["port"], ssl=outer)
            print(server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()

        asyncio.run(main())
        """
}

extension TestSite {
    /// Starts a program without the descriptors of this process: `Process` would hand them on.
    fileprivate func launch(_ command: String...) async throws
        -> (process: ProcessIdentity, spool: Spool, hasEnded: Gate)
    {
        let spool = Spool(path: "\(folder)/program-\(UUID().uuidString)")
        try spool.create()
        let hasEnded = Gate()
        let process = try await Launcher.launch(
            command[0],
            arguments: Array(command.dropFirst()),
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
            spool: spool,
            onExit: { hasEnded.open() }
        )
        return (process, spool, hasEnded)
    }

    /// Makes a certificate for 127.0.0.1 that is its own authority.
    func makeCertificate() async throws -> (certificate: String, key: String) {
        let certificate = folder + "/certificate.pem"
        let key = folder + "/key.pem"
        let started = try await launch(
            "/usr/bin/openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            key,
            "-out",
            certificate
        )
        try await started.hasEnded.pass()
        try #require(started.spool.recordedExitCode() == 0, "openssl makes no certificate")
        return (certificate, key)
    }
}
