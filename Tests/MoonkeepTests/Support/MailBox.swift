import Foundation
import Testing

/// A real mail server on loopback, which keeps what it gets: aiosmtpd, in a process of its own.
final class MailBox: Sendable {
    /// As Debian's package python3-aiosmtpd has it.
    static let isInstalled = FileManager.default.fileExists(
        atPath: "/usr/lib/python3/dist-packages/aiosmtpd"
    )

    let port: Int
    private let folder: String
    private let program: Program

    /// Starts the server; `refusal` is what it answers to texts instead of taking them.
    init(in site: TestSite, port: Int = 0, refusal: String = "") async throws {
        try site.makeFolder("mails")
        try site.write(Self.script, to: "mail-server.py")
        folder = site.path("mails")
        program = try Program(
            "/usr/bin/python3",
            [site.path("mail-server.py"), folder, "\(port)", refusal],
            in: site.folder,
            environment: site.environment
        )
        guard await program.output.reaches({ $0.hasSuffix("\n") }),
            let port = Int(program.output.text.trimmingCharacters(in: .newlines))
        else {
            throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: program.error.text])
        }
        self.port = port
    }

    /// By SIGKILL: the signals that the threads of tests block are blocked for programs too.
    func end() async {
        program.send(SIGKILL)
        _ = await program.end()
    }

    /// The mails that were taken, in order, with the addresses in the first line.
    func mails() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
    }

    private static let script = """
        import asyncio, os, sys
        from aiosmtpd.smtp import SMTP

        folder, port, refusal = sys.argv[1], int(sys.argv[2]), sys.argv[3]

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                if refusal:
                    return refusal
                name = os.path.join(folder, "%04d" % len(os.listdir(folder)))
                with open(name, "wb") as file:
                    file.write(f"{envelope.mail_from} {','.join(envelope.rcpt_tos)}\\r\\n".encode() + envelope.content)
                return "250 OK"

        async def main():
            server = await asyncio.get_running_loop().create_server(
                lambda: SMTP(Handler(), hostname="mail.test"), "127.0.0.1", port)
            print(server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()

        asyncio.run(main())
        """
}
