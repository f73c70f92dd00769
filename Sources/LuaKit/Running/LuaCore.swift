import CLua

/// One Lua state and what Swift keeps for it. Only its `LuaState` touches it, on the state's thread.
@safe final class LuaCore {
    let host: OpaquePointer
    let slots = SlotRegistry()
    let limits: LuaLimits
    /// Whether scripts see the same in every process.
    let isDeterministic: Bool
    let recentTexts = RecentTexts()
    private let output: @Sendable (LuaBytes) -> Void
    private var outputLeft: Int
    private var functions: ContiguousArray<RegisteredFunction> = []
    /// Finds the sources of modules that `require` does not have.
    private var resolveModule: (@Sendable (String) async throws -> LuaSource?)?
    /// Given whenever a module is loaded, or cannot be any more.
    let moduleEnded = Signal()
    private var missingMember: [String: @Sendable (String) -> String] = [:]
    private var errors: [Int64: any Error] = [:]
    var objects = ObjectTable()
    /// Gives an object a number, and defines its type in the state: set by what knows what objects can do.
    let numberObject: (LuaCore, AnyLuaObject) throws(LuaConversionError) -> ObjectTable.Number
    /// Whether objects may be in flight, asked at every step: a look at their table would be a guarded access.
    var mayHaveInFlight = false
    private var lastError: Int64 = 0
    /// What of the waits is running time and makes no whole tick yet.
    private var uncountedWait = Duration.zero
    private var lastWaitEnd = ContinuousClock.now
    /// The call that the script waits for, and the stack with its arguments; set by the callback, taken by the driver.
    ///
    /// INVARIANT: only the state's thread touches it, and no access to it spans a call.
    @exclusivity(unchecked) private var pending: (function: WaitingFunction, state: OpaquePointer)?

    init(
        environment: LuaEnvironment = .sandboxed,
        limits: LuaLimits,
        seed: Int64? = nil,
        numberObject: @escaping (LuaCore, AnyLuaObject) throws(LuaConversionError) -> ObjectTable.Number,
        output: @escaping @Sendable (LuaBytes) -> Void
    ) throws(LuaError) {
        self.limits = limits
        self.numberObject = numberObject
        self.output = output
        self.outputLeft = limits.outputBytes
        var callbacks = LuaCallbacks.table
        var sizes = clua_limits(
            memory_bytes: max(0, limits.memoryBytes),
            table_keys: max(1, limits.tableKeys),
            source_bytes: max(0, limits.sourceBytes),
            instructions: limits.instructions.map { Int64(max(0, $0)) } ?? -1
        )
        guard let host = unsafe clua_new(&callbacks, nil, &sizes, environment.code) else {
            throw LuaError(.memoryLimit, "there is not enough memory for a Lua state")
        }
        unsafe self.host = host
        isDeterministic = seed != nil && environment == .sandboxed
        // SAFETY: the host is closed in `deinit`, before the core is gone.
        unsafe clua_set_context(host, Unmanaged.passUnretained(self).toOpaque())
        unsafe clua_set_time(host, Self.ticks(limits.runningTime ?? .zero), max(1, Self.ticks(limits.slice)))
        guard let seed, isDeterministic else { return }
        guard unsafe clua_make_deterministic(host, seed) == LUA_OK else {
            throw LuaError(.memoryLimit, "there is not enough memory for a Lua state")
        }
    }

    deinit {
        unsafe clua_close(host)
    }

    /// Gives the running time and the output anew, unless the state is to end.
    func renewLimits() {
        outputLeft = limits.outputBytes
        guard let time = limits.runningTime else { return }
        unsafe clua_renew_time(host, Self.ticks(time))
    }

    /// Ticks of the clock, rounded up.
    static func ticks(_ duration: Duration) -> UInt64 {
        let milliseconds = duration / .milliseconds(1)
        return UInt64(max(0, (milliseconds / Double(CLUA_TICK_MILLISECONDS)).rounded(.up)))
    }

    /// Frees the slots of handles that were dropped since.
    func releaseDropped() {
        for slot in slots.takeDropped() { unsafe clua_release(host, slot) }
    }

    // MARK: Functions

    /// Registers a function under the name that errors call it by; the answer is what a script's closure carries.
    func register(_ body: HostBody, as name: String) throws(LuaError) -> Int64 {
        let registered: RegisteredFunction
        switch body {
        case .immediate(let body): registered = ImmediateFunction(name: name, body: body)
        case .waiting(let body): registered = WaitingFunction(name: name, body: body)
        }
        functions.append(registered)
        // SAFETY: `functions` keeps the object while the host lives, which does not own it.
        let address = unsafe Unmanaged.passUnretained(registered).toOpaque()
        let index = unsafe clua_register(host, address, registered is WaitingFunction)
        guard index != 0 else {
            throw LuaError(.memoryLimit, "there is not enough memory for the function '\(name)'")
        }
        return index
    }

    func setMissingMember(of module: String, _ text: @escaping @Sendable (String) -> String) {
        missingMember[module] = text
    }

    func textOfMissingMember(_ member: String, of module: String) -> String {
        missingMember[module]?(member) ?? "module '\(module)' has no '\(member)'"
    }

    func wait(for function: WaitingFunction, _ state: OpaquePointer) {
        unsafe pending = (function, state)
    }

    /// Awaits the call that the script waits for; its results are pushed when the coroutine is resumed.
    @inline(__always) func awaitPending() async {
        guard let (function, state) = unsafe pending else { return }
        unsafe pending = nil
        let answer: Int32
        do {
            // SAFETY: the suspended coroutine keeps its arguments until the body has read them, which it does first.
            answer = try await function.body(unsafe LuaArguments(core: self, state: state, isWaiting: true))
                .code
        } catch {
            answer = raise(error, of: function)
        }
        unsafe clua_set_answer(host, answer)
    }

    /// Counts the beginning of a wait as running time, so that a script which only makes calls that answer at once comes to
    /// its end too. Of waits at the same time one counts.
    func countWait(since began: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        uncountedWait += min(max(began, lastWaitEnd).duration(to: now), Self.countedWait)
        lastWaitEnd = now
        let tick = Duration.milliseconds(Int64(CLUA_TICK_MILLISECONDS))
        guard uncountedWait >= tick else { return }
        let ticks = Int64(uncountedWait / tick)
        uncountedWait -= tick * ticks
        unsafe clua_add_ticks(host, UInt64(ticks))
    }

    /// So much of each wait is running time, at most.
    private static let countedWait = Duration.milliseconds(1)

    // MARK: Modules

    func setModuleResolver(_ resolve: @escaping @Sendable (String) async throws -> LuaSource?)
        throws(LuaError)
    {
        guard unsafe clua_use_resolver(host) == LUA_OK else {
            throw LuaError(.memoryLimit, "there is not enough memory for a resolver of modules")
        }
        resolveModule = resolve
    }

    /// Begins to wait for a module's source, or for another run that is loading it.
    func findModule(_ name: String, isLoading: Bool, _ state: OpaquePointer) {
        let resolve = resolveModule
        let count = moduleEnded.count
        let ended = moduleEnded
        let find = WaitingFunction(name: "require") { (arguments: borrowing LuaArguments) in
            let results = arguments.results
            if isLoading {
                try await ended.wait(after: count)
                return LuaResults.none
            }
            guard let source = try await resolve?(name) else { return LuaResults.none }
            return try results.push([.string(LuaBytes(source.bytes)), .string(source.chunkName)])
        }
        unsafe wait(for: find, state)
    }

    // MARK: Errors

    /// Notes the error of a function's call, named in it.
    @inline(never) func raise(_ error: any Error, of function: RegisteredFunction) -> Int32 {
        guard var named = error as? LuaArgumentError, named.function.isEmpty else { return raise(error) }
        named.function = function.name
        return raise(named)
    }

    /// Notes an error; the answer tells C to raise it.
    func raise(_ error: any Error) -> Int32 {
        lastError += 1
        errors[lastError] = error
        unsafe clua_set_error(host, lastError)
        return Int32(CLUA_HOST_ERROR)
    }

    func releaseError(_ id: Int64) {
        errors[id] = nil
    }

    func error(_ id: Int64) -> (any Error)? {
        errors[id]
    }

    /// A field of an error as scripts see it; `__tostring` is its text.
    func field(_ key: String, ofError id: Int64) -> LuaValue {
        guard let error = errors[id] else { return .nil }
        if key == "__tostring" { return .string(Self.message(of: error)) }
        return Self.fields(of: error)[key] ?? .nil
    }

    func fields(ofError id: Int64) -> LuaValue {
        errors[id].map { .record(Self.fields(of: $0)) } ?? .nil
    }

    static func message(of error: any Error) -> String {
        if let error = error as? any LuaErrorConvertible { return error.luaMessage }
        if error is CancellationError { return "cancelled" }
        return "\(error)"
    }

    private static func fields(of error: any Error) -> [String: LuaValue] {
        if let error = error as? any LuaErrorConvertible { return error.luaFields }
        let code: LuaValue = error is CancellationError ? "cancelled" : "error"
        return ["message": .string(message(of: error)), "code": code]
    }

    // MARK: Output

    func print(_ bytes: LuaBytes) -> Bool {
        outputLeft -= bytes.bytes.count + 1
        guard outputLeft >= 0 else { return false }
        output(bytes)
        return true
    }
}
