import BackupAPI

/// What a kind of run does, from its start or from its adoption to its end.
protocol RunWork: RunRow {
    /// Whether its end is known as soon as its restic is gone; otherwise there is work left.
    static var concludesAtOnce: Bool { get }
    /// The whole work of a run, for another host; `nil` where it cannot be done any more.
    static func work(of run: OwnedRun<Self>, _ row: Self) async throws -> OwnedRun<Self>.Work?
    /// Whether a run may be done once more whose restic was killed.
    static func isRepeatable(_ run: OwnedRun<Self>) async throws -> Bool
    /// How a run whose restic is gone ended; finishes what is left to do.
    static func verdict(of run: OwnedRun<Self>) async throws -> Verdict

    /// Removes what must not outlive the run.
    func removeLeftovers() throws
}

extension RunWork {
    static var concludesAtOnce: Bool { false }

    static func isRepeatable(_ run: OwnedRun<Self>) async throws -> Bool { true }

    func removeLeftovers() throws {}
}
