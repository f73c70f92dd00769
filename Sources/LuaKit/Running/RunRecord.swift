import CLua

/// What C knows of one run or call alone; any thread may cancel it.
final class RunRecord: Sendable {
    private let address: UInt

    init(graceTicks: UInt64) throws(LuaError) {
        guard let run = unsafe clua_run_new(graceTicks) else {
            throw LuaError(.memoryLimit, "there is not enough memory for a call")
        }
        address = UInt(bitPattern: run)
    }

    /// The C side, which lives as long as the record.
    var run: OpaquePointer? { unsafe OpaquePointer(bitPattern: address) }

    deinit {
        unsafe clua_run_free(run)
    }

    func cancel() {
        unsafe clua_run_cancel(run)
    }
}
