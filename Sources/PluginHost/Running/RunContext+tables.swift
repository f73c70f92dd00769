package import LuaKit
import Synchronization

extension RunContext {
    /// Makes an empty table of the script, which a function that answers at once fills bit by bit: what it holds counts as
    /// the script's memory from the first element on, and never stands in the host's beside it.
    ///
    /// Only for such functions: they run on the script's thread.
    package func makeTable() throws -> LuaTable {
        guard let state = memory.withLock({ $0.state }) else { throw CancellationError() }
        return try state.assumeIsolated { state in try state.makeTable() }
    }
}
