import BackupAPI
import HostSystem

extension Spool {
    /// Tells that the program has ended, and at most once in every `pause` that it has said something or that its owner is gone.
    func news(everyLine pause: Duration) -> [Bell.Place] {
        [Bell.Place(["held", "rc"], in: path), Bell.Place(["out", "lease"], in: path, pause: pause)]
    }

    /// Stops the program step by step, and returns when it has ended, when nothing more can be done, or when the task is cancelled.
    func stop(_ steps: [StopStep], bell: Bell, _ process: () -> ProcessIdentity?) async {
        var plan = StopPlan(steps)
        for await _ in bell.pulses(every: .milliseconds(100)) {
            guard (try? isAlive()) == true, !plan.isThrough(at: .now) else { return }
            if let process = process(), let signal = plan.signalDue(at: .now) { process.signalGroup(signal) }
        }
    }
}

extension StateFolder {
    /// Makes a spool that nobody sweeps away as long as the lease is kept.
    func lease(of spool: Spool) async throws -> FileLock {
        let making = try await FileLock.wait(spoolLock, .shared)
        defer { making.release() }
        try spool.create()
        guard let lease = try FileLock.attempt(spool.lease, .exclusive) else {
            throw BackupError(.service, "the folder of a new run is in use already: '\(spool.path)'")
        }
        return lease
    }

    /// Does something with a spool that is no run's, and removes it.
    func withSpool<Value>(_ name: String, _ body: (Spool) async throws -> Value) async throws -> Value {
        let spool = spool(of: name)
        let lease = try await lease(of: spool)
        defer {
            spool.remove()
            lease.release()
        }
        return try await body(spool)
    }
}
