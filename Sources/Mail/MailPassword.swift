import BackupAPI
import Foundation
import HostSystem

/// The password of a mail server's user. It is read for every mail, and nothing shows it.
public struct MailPassword: Sendable {
    private let source: @Sendable () throws -> String

    /// A password that the closure answers, for example from a variable of the environment.
    public init(_ source: @escaping @Sendable () throws -> String) {
        self.source = source
    }

    /// The first line of a file, which only its owner may read: its mode is 0600 or 0400.
    public static func file(_ path: String) -> MailPassword {
        MailPassword {
            do {
                try FileTrust().checkSecret(path)
            } catch let error as FileTrust.Problem {
                throw BackupError(
                    .storage,
                    "the password of the mail server is not safe: '\(error.path)' \(error.fault)",
                    fix: error.fix
                )
            }
            guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                let line = text.split(whereSeparator: \.isNewline).first
            else {
                throw BackupError(
                    .storage,
                    "no password of the mail server can be read from '\(path)'",
                    fix: "Put it into that file, and check the file's owner and mode."
                )
            }
            return String(line)
        }
    }

    /// The password itself.
    func reveal() throws -> String { try source() }
}

extension MailPassword: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<secret>`.
    public var description: String { "<secret>" }

    /// `<secret>`.
    public var debugDescription: String { description }

    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
