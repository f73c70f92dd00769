package import BackupAPI
import Foundation

/// One line that restic wrote with `--json`, on standard output or on standard error.
package enum ResticMessage: Equatable, Sendable {
    /// How far a backup is.
    case status(BackupProgress)
    /// What a backup has done; the last line of one that ended.
    case summary(ResticSummary)
    /// One file that could not be read.
    case fileError(ResticFileError)
    /// Why restic ended (0.18 and newer).
    case exitError(code: Int, message: String)
    /// restic's version (0.17 and newer).
    case version(String)
    /// JSON that says nothing of interest here.
    case other
    /// A line that is not JSON, without control characters.
    case text(String)

    /// Reads a line; `nil` when nothing but control characters and blanks are in it.
    ///
    /// Bytes that are not UTF-8 become U+FFFD. A torn or unknown JSON line is `text`, so that nothing is lost.
    package init?(line: some Collection<UInt8>) {
        var text = String(decoding: line, as: UTF8.self)
        if line.contains(where: { $0 < 0x20 || $0 == 0x7f }) { text = Self.printable(text) }
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix("{"),
            let wire = try? JSONDecoder().decode(ResticWire.self, from: Data(text.utf8))
        else {
            self = .text(text)
            return
        }
        self = wire.message ?? .text(text)
    }

    /// Removes what restic writes for terminals: `ESC [ 2 K`, carriage returns and other control characters.
    private static func printable(_ text: String) -> String {
        let plain = text.replacing(#/\x{1b}\[[0-9;]*[A-Za-z]/#, with: "")
        let scalars = plain.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }
        return String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
    }
}

/// What a backup has done, in restic's words.
package struct ResticSummary: Equatable, Sendable {
    package var filesNew = 0
    package var filesChanged = 0
    package var filesProcessed = 0
    package var bytesProcessed: Int64 = 0
    package var bytesAdded: Int64 = 0
    /// 8 characters before 0.15, 64 since; `nil` when no snapshot was made.
    package var snapshotID: String?
    /// Whether restic only said what it would do.
    package var isDryRun = false

    package init() {}
}

/// One file that could not be read, in restic's words.
package struct ResticFileError: Equatable, Sendable {
    /// Names that are not UTF-8 have replacement characters.
    package var path: String
    /// What the system said, for example `open /x: permission denied`; from a number before 0.17.1.
    package var message: String
    /// The system's error number; `nil` where restic does not say.
    package var number: Int?

    package init(path: String, message: String, number: Int? = nil) {
        self.path = path
        self.message = message
        self.number = number
    }
}
