/// A step that waits for a lock without an end, and the locks that stay held as long as it does.
public struct LockWait: Hashable, Sendable {
    /// The lock's name, any text.
    public var name: String
    /// How it is wanted.
    public var mode: LockMode
    /// The step that waits.
    public var step: StepKey
    /// Steps of the same run that hold locks which are not freed before this one has what it waits for.
    public var keeping: Set<StepKey>

    /// Makes a wait.
    public init(name: String, mode: LockMode, step: StepKey, keeping: Set<StepKey> = []) {
        self.name = name
        self.mode = mode
        self.step = step
        self.keeping = keeping
    }

    /// The waits, this one first, of which each one is for a lock that the next one keeps held, and the last one for one that
    /// this one does: none of them would ever end. Empty where there is no such circle.
    package func circle(among waits: [LockWait], holding locks: [LockRecord]) -> [LockWait] {
        var seen: Set<StepKey> = [step]
        return circle(back: keeping, among: waits, holding: locks, seen: &seen) ?? []
    }

    private func circle(
        back keeping: Set<StepKey>,
        among waits: [LockWait],
        holding locks: [LockRecord],
        seen: inout Set<StepKey>
    ) -> [LockWait]? {
        let holders = holders(in: locks)
        if holders.contains(where: keeping.contains) { return [self] }
        for wait in waits where holders.contains(where: wait.keeping.contains) {
            guard seen.insert(wait.step).inserted else { continue }
            let rest = wait.circle(back: keeping, among: waits, holding: locks, seen: &seen)
            if let rest { return [self] + rest }
        }
        return nil
    }

    /// The steps that must free the lock first.
    private func holders(in locks: [LockRecord]) -> [StepKey] {
        locks.filter {
            $0.name.utf8.elementsEqual(name.utf8) && $0.step != step
                && (mode == .exclusive || $0.mode == .exclusive)
        }.map(\.step)
    }
}
