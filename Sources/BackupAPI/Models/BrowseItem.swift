/// One entry of a folder, in a backup or on a host (contract 2.2.8).
public struct BrowseItem: Codable, Hashable, Sendable {
    /// The media type of a folder; the contract does not show one.
    public static let folderType = "inode/directory"
    /// The media type of a symbolic link, as in the contract's sample.
    public static let linkType = "application/x-symlink-file"
    /// The media type of a plain file.
    public static let fileType = "application/octet-stream"

    /// The entry's name; bytes that are not UTF-8 are replaced.
    public var name: String
    /// The name's bytes in Base64 where they are not UTF-8.
    @Nullable public var encodedName: String?
    /// The size of a file; 0 for all else.
    public var bytes: Int64
    /// What it is.
    public var mimeType: String

    /// Whether it is a folder.
    public var isFolder: Bool { mimeType == Self.folderType }

    /// Makes an entry.
    public init(name: String, encodedName: String? = nil, bytes: Int64 = 0, mimeType: String = fileType) {
        self.name = name
        self._encodedName = Nullable(wrappedValue: encodedName)
        self.bytes = bytes
        self.mimeType = mimeType
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case encodedName = "name_encoded"
        case bytes
        case mimeType = "mime_type"
    }
}
