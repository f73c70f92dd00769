public import BackupAPI

/// A lock in a restic repository, as `restic cat lock` shows it.
public struct ResticLock: Decodable, Hashable, Sendable {
    /// The lock's id: 64 hexadecimal digits. Empty where it is not known.
    public internal(set) var id = ""
    /// When it was made, or renewed last; restic renews its locks every five minutes.
    public var time: Timestamp
    /// Whether nobody else may use the repository meanwhile.
    public var exclusive: Bool
    /// The machine's name.
    public var hostname: String
    /// The user's name.
    public var username: String
    /// The process, in the PID namespace that it runs in.
    public var pid: Int

    private enum CodingKeys: String, CodingKey {
        case time, exclusive, hostname, username, pid
    }

    /// Reads restic's JSON.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .time)
        guard let time = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .time,
                in: container,
                debugDescription: "no time: \(text)"
            )
        }
        self.time = time
        exclusive = try container.decodeIfPresent(Bool.self, forKey: .exclusive) ?? false
        hostname = try container.decodeIfPresent(String.self, forKey: .hostname) ?? ""
        username = try container.decodeIfPresent(String.self, forKey: .username) ?? ""
        pid = try container.decodeIfPresent(Int.self, forKey: .pid) ?? 0
    }
}
