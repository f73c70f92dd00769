internal import Storage

extension RunStore {
    /// Takes a lock for a step of a run, or returns `false` when others have it: one that holds it `exclusive`, or, for
    /// an exclusive lock, anybody. A second request by the same step changes nothing.
    ///
    /// A run that is interrupted or parked keeps its locks. Throws `claim_lost`, and `conflict` when the run is over.
    public func lock(_ name: String, _ mode: LockMode, by step: StepKey, at time: Int64, for claim: RunClaim)
        async throws(JournalError) -> Bool
    {
        try await write(.lock(name)) { transaction in
            try claim.check(step, transaction).expectOpen(claim.run)
            try transaction.hold("lock \(name)")
            let isHeld = try transaction.exists(
                "SELECT 1 FROM lock WHERE name = $1 AND run = $2 AND task_path = $3 AND sequence = $4",
                [name, step.run, step.taskPath, step.sequence]
            )
            guard !isHeld else { return true }
            let isTaken = try transaction.exists(
                mode == .exclusive
                    ? "SELECT 1 FROM lock WHERE name = $1 LIMIT 1"
                    : "SELECT 1 FROM lock WHERE name = $1 AND mode = 'exclusive' LIMIT 1",
                [name]
            )
            guard !isTaken else { return false }
            try transaction.execute(
                "INSERT INTO lock (name, mode, run, task_path, sequence, since) VALUES ($1, $2, $3, $4, $5, $6)",
                [name, mode, step.run, step.taskPath, step.sequence, time]
            )
            try LockWait.remove(step, transaction)
            return true
        }
    }

    /// Frees a lock that a step holds; nothing happens when it does not. Throws `claim_lost`.
    public func unlock(_ name: String, by step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try await write(.lock(name)) { transaction in
            try claim.check(step, transaction)
            try transaction.execute(
                "DELETE FROM lock WHERE name = $1 AND run = $2 AND task_path = $3 AND sequence = $4",
                [name, step.run, step.taskPath, step.sequence]
            )
        }
    }

    /// All locks that are held, by name and then in the order in which they were taken.
    public func locks() async throws(JournalError) -> [LockRecord] {
        try await read(LockRecord.all)
    }

    /// Notes that a step waits for a lock without an end, until it has the lock, the run is over, or ``stopWaiting(_:for:)``;
    /// an earlier note of the step's gives way.
    ///
    /// Where the wait closes a circle it is not noted, and the circle is returned, with this wait first: each of its waits
    /// is for a lock that the next one keeps held, and the last one's is kept by this one. Throws `claim_lost`.
    public func noteWait(_ wait: LockWait, for claim: RunClaim) async throws(JournalError) -> [LockWait] {
        try await write(surviving: .crashOfTheHost) { transaction in
            try claim.check(wait.step, transaction)
            // Of two that close one circle together, one sees it.
            try transaction.hold("waits for locks")
            try LockWait.remove(wait.step, transaction)
            let locks = try LockRecord.all(transaction)
            let circle = wait.circle(among: try LockWait.all(transaction), holding: locks)
            if circle.isEmpty { try wait.insert(transaction) }
            return circle
        }
    }

    /// Notes that a step waits for a lock no more. Throws `claim_lost`.
    public func stopWaiting(_ step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try await write(surviving: .crashOfTheHost) { transaction in
            try claim.check(step, transaction)
            try LockWait.remove(step, transaction)
        }
    }
}
