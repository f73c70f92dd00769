internal import BackupAPI

/// Throws a violation unless `condition` holds.
func expect(_ condition: Bool, _ expected: String, found: @autoclosure () -> Any) throws {
    guard !condition else { return }
    let value = found()
    let text = try (value as? Backup).map { try JSONText.encode($0) } ?? String(describing: value)
    throw ContractViolation(expected: expected, found: text)
}

/// Throws a violation unless `work` throws a `BackupError` with this code.
func expect(_ code: BackupError.Code, of what: String, _ work: () async throws -> Void) async throws {
    let expected = "\(what) to throw \(code)"
    do {
        try await work()
    } catch let error as BackupError {
        return try expect(error.code == code, expected, found: "\(error.code): \(error)")
    } catch {
        throw ContractViolation(expected: expected, found: String(describing: error))
    }
    throw ContractViolation(expected: expected, found: "no error")
}

extension Fixture {
    /// Starts a backup, waits for its end and returns its final record.
    func finished(_ configuration: ResourceID<Configuration>) async throws -> Backup {
        let backup = try await service.start(configuration, key: nil)
        return try await service.wait(for: backup.id)
    }

    /// Starts the configuration that runs until stopped and returns the record when it is in progress.
    func running() async throws -> Backup {
        let backup = try await service.start(runningUntilStopped, key: nil)
        for try await update in service.updates(of: backup.id) {
            if update.backup.state == .inProgress { return update.backup }
        }
        throw ContractViolation(
            expected: "'\(runningUntilStopped)' to get into progress",
            found: "an end before"
        )
    }

    /// Asks a backup to stop, waits for its end and returns its final record.
    @discardableResult
    func stopped(_ backup: Backup) async throws -> Backup {
        _ = try await service.stop(backup.id)
        return try await service.wait(for: backup.id)
    }
}

extension ActivityState {
    /// How far along its way a state is; `nil` for an unknown one, which may stand anywhere.
    var rank: Int? {
        switch self {
        case .startRequested, .startScheduled: 0
        case .queued: 1
        case .preparing: 2
        case .inProgress: 3
        case .stopRequested: 4
        case _ where isFinal: 5
        default: nil
        }
    }
}
