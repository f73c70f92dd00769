import BackupAPI

/// What a repository's address tells of its place.
struct RepositoryAddress: Sendable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The name of what restic reaches it by, with which its options begin: `local`, `sftp`, `rest`, `s3`, …
    var kind: String {
        guard folder == nil else { return "local" }
        return String(decoding: text.utf8.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
    }

    /// The folder of this machine; `nil` for a repository elsewhere.
    var folder: String? {
        let path = text.hasPrefix("local:") ? String(text.dropFirst("local:".count)) : text
        return path.isAbsolutePath ? path : nil
    }

    /// Whether a server of this kind tells what is missing: on the others a bucket that is misspelt looks like a repository
    /// that was never made, and `init` makes the bucket.
    var saysWhatIsMissing: Bool { text.hasPrefix("rest:") || text.hasPrefix("sftp:") }
}
