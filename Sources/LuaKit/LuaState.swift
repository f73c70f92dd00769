import CLua
import Synchronization

/// One Lua state with its own sandboxed environment, limits and thread.
///
/// States share nothing, so that what a script does to its environment ends with its state. Scripts see an allow
/// list of the standard library and what is registered here.
public actor LuaState {
    private let executor: LuaExecutor
    let core: LuaCore
    private let interrupt: Interrupt

    /// The thread that the state runs on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Makes a state. `output` gets each line that a script prints, on the state's thread.
    ///
    /// Throws `memory_limit` when there is not enough memory for it.
    public init(
        executor: LuaExecutor,
        limits: LuaLimits = LuaLimits(),
        output: @escaping @Sendable (LuaBytes) -> Void = { _ in }
    ) throws(LuaError) {
        self.executor = executor
        self.core = try LuaCore(limits: limits, output: output)
        self.interrupt = Interrupt(graceTicks: LuaCore.ticks(limits.grace))
        interrupt.attach(core)
        core.slots.setState(self)
    }

    deinit {
        interrupt.detach()
    }

    /// Whether the caller runs on the state's thread.
    nonisolated var isOnThread: Bool { executor.isCurrent }

    /// Bytes of memory that the state holds, with what its objects say they hold.
    public var memoryUsed: Int { unsafe clua_memory_used(core.host) }

    /// Processor time that scripts have run in this state, to within 4 ms.
    public var runningTime: Duration {
        .milliseconds(Int64(unsafe clua_ticks_used(core.host)) * Int64(CLUA_TICK_MILLISECONDS))
    }

    /// Handles of functions and tables that Swift holds, and coroutines that are under way.
    public var handleCount: Int {
        core.releaseDropped()
        return unsafe clua_slots_used(core.host)
    }

    // MARK: The environment

    /// Makes a module a global that scripts cannot change; `require` answers it too.
    public func add(_ module: LuaModule) throws(LuaError) {
        var writer = ValueWriter(core: core)
        writer.beginModule(module.name, members: module.functions.count + module.constants.count)
        for function in module.functions {
            writer.writeText(function.name)
            writer.writeHostFunction(core.register(function, as: "\(module.name).\(function.name)"))
        }
        do throws(LuaConversionError) {
            for (name, value) in module.constants {
                writer.writeText(name)
                try writer.write(value)
            }
        } catch {
            throw LuaError(.conversion, error.description)
        }
        core.setMissingMember(of: module.name, module.missingMember)
        try setGlobal(module.name, to: writer.bytes)
    }

    /// Makes a function a global.
    public func add(_ function: LuaHostFunction) throws(LuaError) {
        var writer = ValueWriter(core: core)
        writer.writeHostFunction(core.register(function, as: function.name))
        try setGlobal(function.name, to: writer.bytes)
    }

    /// Sets a global to a value.
    public func setGlobal(_ name: String, to value: LuaValue) throws(LuaError) {
        let encoded: [UInt8]
        do throws(LuaConversionError) {
            encoded = try value.encoded(for: core)
        } catch {
            throw LuaError(.conversion, error.description)
        }
        try setGlobal(name, to: encoded)
    }

    private func setGlobal(_ name: String, to encoded: [UInt8]) throws(LuaError) {
        defer { core.dropUnreached() }
        guard unsafe clua_set_global(core.host, name, encoded, encoded.count, nil) == LUA_OK else {
            throw LuaError(.memoryLimit, "there is not enough memory for the global '\(name)'")
        }
    }

    // MARK: Running

    /// Runs a script to its end and answers what it returns; `arguments` are its `...`.
    ///
    /// Cancelling the task cancels the host call that the script waits for, which raises `cancelled` in the script;
    /// after the grace period the script is ended. Throws what the script did not catch.
    public func run(_ source: LuaSource, arguments: [LuaValue] = []) async throws(LuaError) -> [LuaValue] {
        let coroutine = try core.load(source)
        do throws(LuaError) {
            try core.pushArguments(arguments, to: coroutine)
        } catch {
            core.release(coroutine)
            throw error
        }
        return try await drive(coroutine, arguments: arguments.count).get()
    }

    /// Calls a function of this state; also from a host function that the script waits for.
    public func call(_ function: LuaFunction, _ arguments: [LuaValue] = []) async throws(LuaError)
        -> [LuaValue]
    {
        let coroutine = try core.start(function, arguments)
        return try await drive(coroutine, arguments: arguments.count).get()
    }

    /// Ends what runs in this state, after its grace; from any thread. Nothing can run in it afterwards.
    public nonisolated func cancel() {
        interrupt.cancel()
    }

    private func drive(_ coroutine: LuaCoroutine, arguments: Int) async -> Result<[LuaValue], LuaError> {
        let interrupt = interrupt
        return await withTaskCancellationHandler {
            let result = await steps(of: coroutine, arguments: arguments)
            core.release(coroutine)
            return result
        } onCancel: {
            interrupt.cancel()
        }
    }

    private func steps(of coroutine: LuaCoroutine, arguments: Int) async -> Result<[LuaValue], LuaError> {
        var step = core.resume(coroutine, arguments: arguments)
        while true {
            switch step {
            case .finished(let values): return .success(values)
            case .failed(let error): return .failure(error)
            case .sliceOver: await Task.yield()
            case .waiting(let call):
                do {
                    core.deliver(.success(try await call()))
                } catch {
                    core.deliver(.failure(error))
                }
            }
            step = core.resume(coroutine, arguments: 0)
        }
    }
}

/// Lets a cancelled task, on any thread, reach the state that may be gone by then.
private final class Interrupt: Sendable {
    private let host = Mutex<UInt?>(nil)
    private let graceTicks: UInt64

    init(graceTicks: UInt64) {
        self.graceTicks = graceTicks
    }

    func attach(_ core: LuaCore) {
        let address = unsafe UInt(bitPattern: core.host)
        host.withLock { $0 = address }
    }

    func detach() {
        host.withLock { $0 = nil }
    }

    func cancel() {
        host.withLock { address in
            // SAFETY: the address is that of a live host: `detach` precedes its end, under the same lock.
            guard let address, let host = unsafe OpaquePointer(bitPattern: address) else { return }
            unsafe clua_cancel(host, graceTicks)
        }
    }
}
