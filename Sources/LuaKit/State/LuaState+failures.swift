import CLua

/// Allocations that fail on purpose, for tests.
extension LuaState {
    /// Makes `count` allocations fail on the calling thread from the `first` on, in states that are made there from
    /// now on.
    package static func failAllocations(from first: Int, count: Int) {
        clua_fail_allocations(UInt64(first), UInt64(count))
    }

    /// Makes `count` allocations fail on the state's thread from the `first` on, in this state.
    package func failAllocations(from first: Int, count: Int) {
        unsafe clua_watch_allocations(core.host)
        clua_fail_allocations(UInt64(first), UInt64(count))
    }

    /// Ends that on the calling thread, and returns how many have failed.
    package static func endFailures() -> Int {
        defer { clua_fail_allocations(0, 0) }
        return Int(clua_failed_allocations())
    }

    /// Ends that on the state's thread, and returns how many have failed.
    package func endFailures() -> Int {
        Self.endFailures()
    }
}
