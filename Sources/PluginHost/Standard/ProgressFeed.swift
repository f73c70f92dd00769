import BackupAPI

/// The newest piece of news of a backup, for one who comes now and then to fetch it.
final class ProgressFeed: Sendable {
    private let news: AsyncThrowingStream<BackupUpdate, any Error>
    private let task: Task<Void, Never>

    init(
        of id: ResourceID<Backup>,
        from service: any BackupService,
        on executor: (any TaskExecutor)?
    ) {
        let (news, continuation) = AsyncThrowingStream<BackupUpdate, any Error>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        self.news = news
        task = Task(executorPreference: executor) {
            do {
                _ = try await service.wait(for: id) { continuation.yield($0) }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
    }

    deinit {
        task.cancel()
    }

    /// Waits for news; `nil` when there will be none. Throws why they have broken off.
    func next() async throws -> BackupUpdate? {
        for try await update in news { return update }
        return nil
    }
}
