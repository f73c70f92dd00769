/// What one run may do.
public struct Permissions: Hashable, Sendable {
    /// What is granted.
    public var granted: Set<Permission> {
        didSet { index = PermissionIndex(granted) }
    }

    private var index: PermissionIndex

    /// What every script may do: read and start backups, wait for them and stop them.
    public static let standard = Permissions(
        ["list", "start", "stop"].map { Permission("backup", $0) } + [Permission("lock", "*")]
    )

    /// Makes a set of permissions.
    public init(_ granted: some Sequence<Permission>) {
        self.granted = Set(granted)
        index = PermissionIndex(self.granted)
    }

    /// Whether one of them covers what a permission names. Takes time that does not grow with their number, but for those that
    /// end in `*`.
    public func allow(_ permission: Permission) -> Bool {
        granted.contains(permission) || index.candidates(for: permission).contains { $0.covers(permission) }
    }

    /// Whether the same is granted.
    public static func == (left: Permissions, right: Permissions) -> Bool { left.granted == right.granted }

    /// Hashes what is granted.
    public func hash(into hasher: inout Hasher) { hasher.combine(granted) }
}

/// Permissions by what they may cover.
private struct PermissionIndex: Sendable {
    /// Those that end in `*`.
    private var open: [Permission] = []
    /// The others, by a text that all have which they cover, or that begins what they cover.
    private var closed: [Key: [Permission]] = [:]

    private struct Key: Hashable {
        let kind: String
        let bytes: [UInt8]
    }

    init(_ granted: Set<Permission>) {
        for permission in granted {
            let subject =
                permission.kind == "shell" ? ProgramSubject(permission.subject).program : permission.subject
            if subject.hasSuffix("*") {
                open.append(permission)
            } else {
                closed[Key(kind: permission.kind, bytes: Self.bytes(of: permission)), default: []]
                    .append(permission)
            }
        }
    }

    /// Those that may cover a permission.
    func candidates(for permission: Permission) -> [Permission] {
        let bytes = Self.bytes(of: permission)
        var found = open
        var end = bytes.count
        // A folder covers what is below it, an address all of its paths, and a notifier its addresses.
        while true {
            found += closed[Key(kind: permission.kind, bytes: Array(bytes[..<end]))] ?? []
            guard let separator = Self.separators[permission.kind],
                let last = bytes[..<end].lastIndex(of: separator)
            else { return found }
            end = last
        }
    }

    /// What ends a subject that covers longer ones.
    private static let separators: [String: UInt8] = [
        "fs:read": UInt8(ascii: "/"), "fs:write": UInt8(ascii: "/"), "http": UInt8(ascii: "/"),
        "notify": UInt8(ascii: ":"),
    ]

    /// What is compared, without a slash at its end.
    private static func bytes(of permission: Permission) -> [UInt8] {
        switch permission.kind {
        case "shell": return Array(ProgramSubject(permission.subject).program.utf8)
        case "http": return WebSubject(permission.subject).key
        default:
            let bytes = Array(permission.subject.utf8)
            guard separators[permission.kind] == UInt8(ascii: "/"), bytes.last == UInt8(ascii: "/") else {
                return bytes
            }
            return bytes.dropLast()
        }
    }
}
