public import BackupAPI

/// A repository, and how restic reaches it.
public struct RepositorySettings: Hashable, Sendable {
    /// Where the password comes from.
    public enum Password: Hashable, Sendable {
        /// The path of the file that holds it.
        case file(String)
        /// A program that prints it, and its arguments; no shell reads them. It gets restic's environment.
        case command([String])
    }

    /// What restic keeps of the repository on this machine.
    public enum Cache: Hashable, Sendable {
        /// Its usual folder.
        case usual
        /// Nothing.
        case none
        /// A folder of its own; an absolute path.
        case folder(String)
    }

    /// How new data is compressed, where the repository's format is one that can.
    public enum Compression: String, CaseIterable, Hashable, Sendable {
        case auto, off, max
    }

    /// The name of the only repository of a service that names none, and of all that it had before there were names.
    public static let mainName = "main"

    /// The name by which configurations mean it: lower-case letters, digits, `-` and `_`, 64 at most.
    public var name: String
    /// Where it is, as restic names it: a path, or an address such as `sftp:user@host:/path`. Created on first use.
    public var address: String
    /// Where its password comes from.
    public var password: Password
    /// Variables that restic gets for it, beside those that every restic gets. Those that choose another repository, password,
    /// host or cache are refused.
    public var environment: [String: EnvironmentValue] = [:]
    /// restic's extended options (`-o`) by name, such as `s3.storage-class`; they must be those of the address's kind.
    public var options: [String: String] = [:]
    /// `nil` leaves it to restic.
    public var compression: Compression?
    /// What restic keeps of it here.
    public var cache = Cache.usual
    /// The most that restic may send, in KiB a second; `nil` for no limit.
    public var uploadLimit: Int?
    /// The most that restic may fetch, in KiB a second; `nil` for no limit.
    public var downloadLimit: Int?
    /// The size of new packs in MiB, from 4 to 128; `nil` leaves it to restic.
    public var packSize: Int?

    /// Makes settings.
    public init(name: String = mainName, address: String, password: Password) {
        self.name = name
        self.address = address
        self.password = password
    }
}

extension RepositorySettings {
    /// The options of every restic that works on it.
    var arguments: [String] {
        var arguments = options.sorted { $0.key < $1.key }.flatMap { ["-o", "\($0.key)=\($0.value)"] }
        if let compression { arguments += ["--compression", compression.rawValue] }
        switch cache {
        case .usual: break
        case .none: arguments.append("--no-cache")
        case .folder(let path): arguments += ["--cache-dir", path]
        }
        if let uploadLimit { arguments += ["--limit-upload", String(uploadLimit)] }
        if let downloadLimit { arguments += ["--limit-download", String(downloadLimit)] }
        if let packSize { arguments += ["--pack-size", String(packSize)] }
        return arguments
    }

    /// The address for people: without what is secret in it.
    var shownAddress: String { AddressSecrets(address).shown }
}
