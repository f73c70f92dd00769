public import BackupAPI

/// The key of a backup that a schedule starts: `schedule:CONFIGURATION:SLOT`, with the slot in whole seconds of UTC.
///
/// A slot has one key whoever works it out and however often, so that a service that keeps keys starts it once. From
/// the key the local service also sees that the schedule asks, and not a person: the backup is `start_scheduled` first.
public struct SlotKey: Hashable, Sendable {
    /// Whose schedule it is.
    public var configuration: ResourceID<Configuration>
    /// When the backup was due.
    public var slot: Timestamp

    /// Makes a key.
    public init(configuration: ResourceID<Configuration>, slot: Timestamp) {
        self.configuration = configuration
        self.slot = slot
    }

    /// Reads a key; `nil` for every text that ``text`` does not write.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let slot = Timestamp(String(parts[1])) else { return nil }
        self.init(configuration: ResourceID(String(parts[0])), slot: slot)
        guard self.text == text else { return nil }
    }

    /// The key as services see it.
    public var text: String { "\(Self.prefix)\(configuration):\(slot.wholeSeconds)" }

    private static let prefix = "schedule:"
}
