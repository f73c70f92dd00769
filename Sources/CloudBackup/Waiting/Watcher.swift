import BackupAPI
import Logging

/// Waits for backups on behalf of all who wait: one loop of steps, in which all share their requests.
///
/// The loop runs while someone waits. A new wait cuts the pause between two steps short.
actor Watcher {
    let api: CloudAPI
    let timer: Timer
    let jitter: @Sendable () -> Double
    let log: Logger
    var watched: [ResourceID<Backup>: Watched] = [:]
    var budget = RequestBudget()
    /// What the last step has cost so far.
    var requestsOfLook = 0
    /// When events may be read again after they could not be.
    var nextProgress = Duration.zero
    /// The backups whose progress is still to be read in this round.
    var progressQueue: [ResourceID<Backup>] = []
    private var nextListener = 0
    private var running: Task<Void, Never>?
    private var sleeping: Task<Void, Never>?
    private var hasNewcomer = false
    /// Steps that failed in a row, and when the first did.
    private var failures = 0
    private var failingSince: Duration?

    init(api: CloudAPI, timer: Timer, jitter: @escaping @Sendable () -> Double, log: Logger) {
        self.api = api
        self.timer = timer
        self.jitter = jitter
        self.log = log
    }

    /// Whether the loop of steps runs.
    var isRunning: Bool { running != nil }

    /// News of a backup until it is over.
    nonisolated func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(32)) { continuation in
            let listening = Task { await self.listen(to: id, continuation) }
            continuation.onTermination = { _ in
                Task {
                    guard let number = await listening.value else { return }
                    await self.leave(id, number)
                }
            }
        }
    }

    private func listen(
        to id: ResourceID<Backup>,
        _ continuation: AsyncThrowingStream<BackupUpdate, any Error>.Continuation
    ) -> Int? {
        nextListener += 1
        watched[id, default: Watched()].listeners[nextListener] = Watched.Listener(continuation: continuation)
        hasNewcomer = true
        sleeping?.cancel()
        if running == nil { running = Task { await self.run() } }
        return nextListener
    }

    private func leave(_ id: ResourceID<Backup>, _ number: Int) {
        watched[id]?.listeners[number] = nil
        if watched[id]?.listeners.isEmpty == true { watched[id] = nil }
        if watched.isEmpty { sleeping?.cancel() }
    }

    private func run() async {
        var step = Pace.afterNews(requests: requestsOfLook)
        var nextLook = timer.elapsed()
        while !watched.isEmpty {
            hasNewcomer = false
            do {
                if timer.elapsed() >= nextLook {
                    let began = timer.elapsed()
                    let hasNews = try await lookAtAll(step: step)
                    step = hasNews ? Pace.afterNews(requests: requestsOfLook) : Pace.slower(than: step)
                    // A jitter of a tenth keeps many clients from asking at the same moments.
                    nextLook = began + step * (0.9 + 0.1 * jitter())
                } else {
                    try await lookAtNewcomers()
                }
                failures = 0
                failingSince = nil
                await sleep(nextLook - timer.elapsed())
            } catch {
                await fail(error)
            }
        }
        running = nil
    }

    /// Goes on after a failure that may pass, for as long as an outage may last; else everyone's wait ends.
    private func fail(_ error: any Error) async {
        let since = failingSince ?? timer.elapsed()
        failingSince = since
        failures += 1
        let passes = (error as? BackupError)?.isRetryable ?? false
        guard passes, timer.elapsed() - since < api.settings.deadlines.outage else {
            let all = watched
            watched = [:]
            failures = 0
            failingSince = nil
            for entry in all.values { entry.finish(throwing: error) }
            return
        }
        log.debug("a look at the waited backups failed", metadata: ["cloud.failures": "\(failures)"])
        await sleep(.seconds(1) + api.retry.pause(after: failures))
    }

    /// Sleeps, unless someone waits for a first update.
    private func sleep(_ duration: Duration) async {
        guard !hasNewcomer, duration > .zero, !watched.isEmpty else { return }
        let timer = timer
        let task = Task { _ = try? await timer.pause(duration) }
        sleeping = task
        await task.value
        sleeping = nil
    }
}
