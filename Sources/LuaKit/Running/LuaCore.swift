import CLua

/// A function that scripts of one state can call, under the name that errors call it by.
final class RegisteredFunction: Sendable {
    let body: LuaHostFunction.Body
    let name: String

    init(_ body: LuaHostFunction.Body, name: String) {
        self.body = body
        self.name = name
    }
}

/// One Lua state and what Swift keeps for it. Only its `LuaState` touches it, on the state's thread.
@safe final class LuaCore {
    let host: OpaquePointer
    let slots = SlotRegistry()
    let limits: LuaLimits
    private let output: @Sendable (LuaBytes) -> Void
    private var outputLeft: Int
    private var functions: ContiguousArray<RegisteredFunction> = []
    private var missingMember: [String: @Sendable (String) -> String] = [:]
    private var errors: [Int64: any Error] = [:]
    var objects = ObjectTable()
    private var lastError: Int64 = 0
    /// The call that the script waits for; set by the callback, taken by the driver.
    private var pending: PendingCall?
    /// The answer to it; set by the driver, taken by the callback.
    private var answer: Result<LuaHostFunction.Answer, any Error> = .success { _ in LuaResults.none }

    /// A host function that has its arguments, ready to be awaited.
    typealias PendingCall = LuaHostFunction.Wait

    init(limits: LuaLimits, output: @escaping @Sendable (LuaBytes) -> Void) throws(LuaError) {
        self.limits = limits
        self.output = output
        self.outputLeft = limits.outputBytes
        var callbacks = LuaCallbacks.table
        var sizes = clua_limits(
            memory_bytes: max(0, limits.memoryBytes),
            table_keys: max(1, limits.tableKeys),
            source_bytes: max(0, limits.sourceBytes)
        )
        guard let host = unsafe clua_new(&callbacks, nil, &sizes) else {
            throw LuaError(.memoryLimit, "there is not enough memory for a Lua state")
        }
        unsafe self.host = host
        // SAFETY: the host is closed in `deinit`, before the core is gone.
        unsafe clua_set_context(host, Unmanaged.passUnretained(self).toOpaque())
        unsafe clua_set_time(host, Self.ticks(limits.runningTime ?? .zero), max(1, Self.ticks(limits.slice)))
    }

    deinit {
        unsafe clua_close(host)
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
    func register(_ function: LuaHostFunction, as name: String) -> Int64 {
        functions.append(RegisteredFunction(function.body, name: name))
        let index = Int64(functions.count)
        return switch function.body {
        case .immediate: index
        case .waiting, .typedWaiting: -index
        }
    }

    func setMissingMember(of module: String, _ text: @escaping @Sendable (String) -> String) {
        missingMember[module] = text
    }

    func textOfMissingMember(_ member: String, of module: String) -> String {
        missingMember[module]?(member) ?? "module '\(module)' has no '\(member)'"
    }

    func call(_ state: OpaquePointer, _ index: Int64) -> Int32 {
        let function = functions[Int(index.magnitude) - 1]
        do {
            let arguments = unsafe LuaArguments(core: self, state: state, function: function)
            switch function.body {
            case .immediate(let body): return try body(arguments).code
            case .waiting(let body):
                let values = try arguments.values()
                pending = {
                    let results = try await body(values)
                    return { try $0.push(results) }
                }
                return Int32(CLUA_AWAIT)
            case .typedWaiting(let body):
                pending = try body(arguments)
                return Int32(CLUA_AWAIT)
            }
        } catch {
            return unsafe raise(error, in: state)
        }
    }

    func takePending() -> PendingCall? {
        defer { pending = nil }
        return pending
    }

    func deliver(_ result: Result<LuaHostFunction.Answer, any Error>) {
        answer = result
    }

    func complete(_ state: OpaquePointer) -> Int32 {
        let result = answer
        answer = .success { _ in LuaResults.none }
        switch result {
        case .success(let push):
            do {
                return try push(unsafe LuaResults(core: self, state: state)).code
            } catch {
                return unsafe raise(error, in: state)
            }
        case .failure(let error): return unsafe raise(error, in: state)
        }
    }

    // MARK: Errors

    func raise(_ error: any Error, in state: OpaquePointer) -> Int32 {
        lastError += 1
        errors[lastError] = error
        unsafe clua_set_error(state, lastError)
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
