import BackupAPI
import HostSystem

extension OwnedRun where Row == BackupRow {
    /// Takes one of the places for backups that run at one time, in the order of the starts; `nil` when a stop was requested
    /// meanwhile. The place is a lock that restic inherits, and so is free when restic is gone.
    func takeSlot() async throws -> FileLock? {
        if let slot = try await attemptSlot() { return slot }
        try await queue()
        let places = Bell.Place(Set(places.map { "\($0)" }), in: site.folder.slot(0).folderName)
        for await _ in site.bell.pulses(every: .seconds(1), watching: [places, site.catalog.news]) {
            if try await isStopRequested() { return nil }
            if let slot = try await attemptSlot() { return slot }
        }
        throw CancellationError()
    }

    private func attemptSlot() async throws -> FileLock? {
        guard let number = try await currentRow().number else { return nil }
        // One whose host has died does not hold up the others.
        for other in try await site.catalog.waitingBackups(before: number)
        where try FileLock.isHeld(site.folder.spool(of: other).lease) {
            return nil
        }
        // Asked first, because an attempt to take a place wakes those who wait for one.
        for place in places where try !FileLock.isHeld(site.folder.slot(place)) {
            if let slot = try FileLock.attempt(site.folder.slot(place), .exclusive) { return slot }
        }
        return nil
    }

    private var places: Range<Int> { 0..<max(1, site.settings.parallel) }
}
