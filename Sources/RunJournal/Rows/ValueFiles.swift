internal import BackupAPI
internal import Foundation
internal import Glibc
internal import HostSystem

/// The large values of a journal's steps: files beside it, named by the SHA-256 of their content and so shared.
///
/// A file is whole and synced before the row that refers to it is committed, and is never changed.
struct ValueFiles {
    /// Texts of more bytes than this are files.
    static let inlineByteLimit = 262_144

    /// `nil` in memory, where each text is in its row.
    let folder: String?

    /// What the column holds for a text: the text, or a reference to a file that has it.
    ///
    /// A short text that reads like a reference is a file too, so that what reads like one always is one.
    func column(for text: String) throws -> String {
        guard let folder else { return text }
        guard text.utf8.count > Self.inlineByteLimit || text.hasPrefix(ValueReference.beginning) else {
            return text
        }
        let bytes = Array(text.utf8)
        let reference = ValueReference(sha256: SHA256.hexDigest(of: bytes), byteCount: bytes.count)
        try keep(text, as: reference, in: folder)
        return reference.text
    }

    /// The text of a column of a step. Throws `corrupted`.
    func text(of column: String, step: StepKey) throws -> String {
        guard let folder, column.hasPrefix(ValueReference.beginning) else { return column }
        guard let reference = ValueReference(text: column) else {
            throw JournalError(.corrupted, "step '\(step)' has the broken reference '\(column.prefix(120))'")
        }
        let path = folder + "/" + reference.sha256
        guard let data = FileManager.default.contents(atPath: path) else {
            throw JournalError.valueFile(path, "is missing", of: step)
        }
        let bytes = Array(data)
        guard bytes.count == reference.byteCount, SHA256.hexDigest(of: bytes) == reference.sha256 else {
            throw JournalError.valueFile(path, "is damaged", of: step)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func keep(_ text: String, as reference: ValueReference, in folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let path = folder + "/" + reference.sha256
        if FileManager.default.contents(atPath: path) != Data(text.utf8) {
            try Replacement.write(text, to: path, mode: 0o600)
        }
        // Whoever made the file may not have got to this.
        try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY).sync()
    }
}
