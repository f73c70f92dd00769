import HostSystem

/// A file that has come, gone or changed.
public struct FileChange: Hashable, Sendable {
    /// What happened to it.
    public enum Kind: String, Sendable {
        /// It was not there before.
        case added
        /// It is not there any more.
        case removed
        /// It is another one, or has another text.
        case changed
    }

    /// Its path in the site's folder.
    public let name: String
    /// What happened to it.
    public let kind: Kind

    /// The differences between two looks, by name.
    static func all(from before: [String: FileStamp], to after: [String: FileStamp]) -> [FileChange] {
        Set(before.keys).union(after.keys).sorted().compactMap { name in
            switch (before[name], after[name]) {
            case (nil, _): FileChange(name: name, kind: .added)
            case (_, nil): FileChange(name: name, kind: .removed)
            case (let old, let new): old == new ? nil : FileChange(name: name, kind: .changed)
            }
        }
    }
}
