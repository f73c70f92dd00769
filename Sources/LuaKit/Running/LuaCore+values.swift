import CLua

extension LuaCore {
    /// What a value may be at most when it is read from Lua.
    var caps: clua_caps {
        clua_caps(
            depth: Int32(clamping: limits.valueDepth),
            elements: max(1, limits.valueElements),
            bytes: max(1, limits.valueBytes)
        )
    }

    /// Copies the value at a stack index. [-0, +0]
    func pull(_ state: OpaquePointer, _ index: Int32) throws(LuaConversionError) -> LuaValue {
        var caps = caps
        var encoded = unsafe clua_buffer()
        var problem = unsafe clua_buffer()
        // SAFETY: the buffers are C's own and freed here; `state` is live during the call.
        defer { unsafe clua_buffer_free(&encoded) }
        defer { unsafe clua_buffer_free(&problem) }
        guard unsafe clua_pull(state, index, &caps, &encoded, &problem) == LUA_OK else {
            throw LuaConversionError(unsafe problem.text)
        }
        return decode(unsafe encoded.array)
    }

    func decode(_ bytes: [UInt8]) -> LuaValue {
        var reader = ValueReader(bytes, slots: slots) { [self] id in fields(ofError: id) }
        return reader.read()
    }

    /// Pushes results; the answer is their number, or what the trampoline shall raise. [-0, +n]
    func push(_ values: [LuaValue], to state: OpaquePointer) -> Int32 {
        do {
            for value in values {
                let bytes = try value.encoded(for: slots)
                guard unsafe lua_checkstack(state, 2) != 0,
                    unsafe clua_push(state, bytes, bytes.count) == LUA_OK
                else {
                    return Int32(CLUA_RAISE)
                }
            }
            return Int32(values.count)
        } catch {
            return unsafe raise(error, in: state)
        }
    }
}

extension clua_buffer {
    /// The bytes, copied.
    var array: [UInt8] {
        // SAFETY: C allocated `count` bytes there, or none at all.
        unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// The bytes as text; invalid ones become U+FFFD.
    var text: String {
        unsafe String(decoding: array, as: UTF8.self)
    }
}
