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

extension LuaCore {
    /// What a run or call has alone; `nil` where it has nothing.
    func makeRecord(for cancellation: LuaCancellation, randomStream: UInt64?) throws(LuaError) -> RunRecord? {
        guard cancellation == .ofCall || isDeterministic else { return nil }
        let record = try RunRecord(graceTicks: Self.ticks(limits.grace))
        guard isDeterministic else { return record }
        if let randomStream {
            unsafe clua_run_name(host, record.run, randomStream)
        } else {
            unsafe clua_run_number(host, record.run)
        }
        return record
    }
}
