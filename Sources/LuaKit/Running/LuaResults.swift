import CLua

/// Where the results of one call go: the Lua stack while the call runs, or C's buffer when it waited.
@safe public struct LuaResults {
    // SAFETY: the core makes the call, and so outlives it.
    let unmanaged: Unmanaged<LuaCore>
    var core: LuaCore { unsafe unmanaged.takeUnretainedValue() }
    /// The stack; `nil` for a call that waited.
    private let state: OpaquePointer?

    /// That results were pushed, or could not be.
    public struct Pushed: Sendable {
        let code: Int32
    }

    /// No result.
    public static let none = Pushed(code: 0)

    init(core: LuaCore, state: OpaquePointer?) {
        unsafe unmanaged = Unmanaged.passUnretained(core)
        unsafe self.state = state
    }

    // Lua keeps room for twenty values above a call's arguments.

    /// Pushes an integer.
    public func push(_ integer: Int64) -> Pushed {
        guard let state = unsafe state else { return keep(CLUA_TAG_INTEGER, UInt64(bitPattern: integer)) }
        unsafe lua_pushinteger(state, integer)
        return Pushed(code: 1)
    }

    /// Pushes a number.
    public func push(_ number: Double) -> Pushed {
        guard let state = unsafe state else { return keep(CLUA_TAG_NUMBER, number.bitPattern) }
        unsafe lua_pushnumber(state, number)
        return Pushed(code: 1)
    }

    /// Pushes a boolean.
    public func push(_ flag: Bool) -> Pushed {
        guard let state = unsafe state else { return keep(flag ? CLUA_TAG_TRUE : CLUA_TAG_FALSE, 0) }
        unsafe lua_pushboolean(state, flag ? 1 : 0)
        return Pushed(code: 1)
    }

    /// Pushes a text as its UTF-8.
    public func push(_ text: String) -> Pushed {
        let count = text.utf8.count
        // SAFETY: as many bytes stand there while the closure runs.
        return unsafe text.withCString { bytes in
            unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
                unsafe push(bytes: UnsafeBufferPointer(start: bytes, count: count))
            }
        }
    }

    /// Pushes values in order. Throws when one cannot cross.
    public func push(_ values: [LuaValue]) throws(LuaConversionError) -> Pushed {
        if values.count == 1, let pushed = pushScalar(values[0]) { return pushed }
        core.dropUnreached()
        var writer = ValueWriter(core: core)
        for value in values { try writer.write(value) }
        return keep(writer.bytes)
    }

    private func pushScalar(_ value: LuaValue) -> Pushed? {
        switch value {
        case .boolean(let flag): push(flag)
        case .integer(let integer): push(integer)
        case .number(let number): push(number)
        case .string(let string): unsafe string.bytes.withUnsafeBufferPointer { unsafe push(bytes: $0) }
        case .nil, .null, .table, .function, .reference, .object: nil
        }
    }

    private func push(bytes: UnsafeBufferPointer<UInt8>) -> Pushed {
        // SAFETY: the core's host lives, and the bytes are copied, to be pushed when this frame is gone.
        let isSet = unsafe unmanaged._withUnsafeGuaranteedRef { core in
            unsafe clua_set_string(core.host, bytes.baseAddress, bytes.count)
        }
        guard isSet else { return raiseMemory() }
        return Pushed(code: Int32(CLUA_STRING))
    }

    private func keep(_ values: [UInt8]) -> Pushed {
        // SAFETY: as above.
        guard unsafe clua_buffer_append(clua_result_buffer(core.host), values, values.count) else {
            return raiseMemory()
        }
        return Pushed(code: Int32(CLUA_VALUES))
    }

    @inline(never) private func raiseMemory() -> Pushed {
        Pushed(code: core.raise(LuaConversionError("not enough memory for the results")))
    }

    private func keep<Tag: BinaryInteger>(_ tag: Tag, _ payload: UInt64) -> Pushed {
        unsafe unmanaged._withUnsafeGuaranteedRef { core in
            unsafe clua_set_scalar(core.host, Int32(tag), Int64(bitPattern: payload))
        }
        return Pushed(code: Int32(CLUA_SCALAR))
    }
}
