internal import BackupAPI
internal import Foundation

/// The large values of a journal's steps: files beside it, named by the SHA-256 of their content and so shared.
///
/// A file is whole and synced before the row that refers to it is committed, and is never changed.
struct ValueFiles {
    /// Texts of more bytes than this are files.
    static let inlineByteLimit = 262_144

    let folder: String

    init(journal: String) {
        folder = journal + ".values"
    }

    /// What the column holds for a text: the text, or a reference to a file that has it.
    ///
    /// A short text that reads like a reference is a file too, so that what reads like one always is one.
    func column(for text: String) throws -> String {
        guard text.utf8.count > Self.inlineByteLimit || text.hasPrefix(ValueReference.beginning) else {
            return text
        }
        let bytes = Array(text.utf8)
        let reference = ValueReference(sha256: SHA256.hexDigest(of: bytes), byteCount: bytes.count)
        try keep(bytes, as: path(of: reference))
        return reference.text
    }

    /// The text of a column of a step. Throws `corrupted`.
    func text(of column: String, step: StepKey) throws -> String {
        guard column.hasPrefix(ValueReference.beginning) else { return column }
        guard let reference = ValueReference(text: column) else {
            throw JournalError(.corrupted, "step '\(step)' has the broken reference '\(column.prefix(120))'")
        }
        let path = path(of: reference)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw JournalError.valueFile(path, "is missing", of: step)
        }
        let bytes = Array(data)
        guard bytes.count == reference.byteCount, SHA256.hexDigest(of: bytes) == reference.sha256 else {
            throw JournalError.valueFile(path, "is damaged", of: step)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func path(of reference: ValueReference) -> String { folder + "/" + reference.sha256 }

    private func keep(_ bytes: [UInt8], as path: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let data = Data(bytes)
        if FileManager.default.contents(atPath: path) != data {
            let draft = "\(path).\(UUID().uuidString).new"
            defer { unlink(draft) }
            try JournalFile.makeOwnerOnly(draft, content: data)
            try JournalFile.synchronize(draft)
            guard rename(draft, path) == 0 else { throw JournalFile.systemError() }
        }
        // Whoever made the file may not have got to this.
        try JournalFile.synchronize(folder)
    }
}
