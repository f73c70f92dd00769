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
        // SAFETY: none of these calls raises; a string's bytes live while it is on the stack and are copied at once.
        switch unsafe lua_type(state, index) {
        case LUA_TNONE, LUA_TNIL: return .nil
        case LUA_TBOOLEAN: return .boolean(unsafe lua_toboolean(state, index) != 0)
        case LUA_TNUMBER where unsafe lua_isinteger(state, index) != 0:
            return .integer(unsafe lua_tointegerx(state, index, nil))
        case LUA_TNUMBER: return .number(unsafe lua_tonumberx(state, index, nil))
        case LUA_TSTRING:
            var length = 0
            let bytes = unsafe lua_tolstring(state, index, &length)
            guard length <= limits.valueBytes else { throw LuaConversionError("the value is too large") }
            return .string(unsafe LuaBytes(UnsafeRawBufferPointer(start: bytes, count: length)))
        default: return unsafe try pullEncoded(state, index)
        }
    }

    /// Copies any value. [-0, +0]
    private func pullEncoded(_ state: OpaquePointer, _ index: Int32) throws(LuaConversionError) -> LuaValue {
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
        var reader = reader(of: bytes)
        return reader.read()
    }

    func reader(of bytes: [UInt8]) -> ValueReader {
        ValueReader(
            bytes,
            slots: slots,
            fieldsOfError: { [self] id in fields(ofError: id) },
            object: { [self] id in object(id) }
        )
    }

    /// Pushes a value; false when Lua could not, and its error value was pushed instead. [-0, +1]
    func push(_ value: LuaValue, to state: OpaquePointer) throws(LuaConversionError) -> Bool {
        // More than `clua_push` asks for: it has no room for an error value where that fails.
        guard unsafe lua_checkstack(state, 8) != 0 else {
            throw LuaConversionError("there are too many values")
        }
        switch value {
        case .nil: unsafe lua_pushnil(state)
        case .boolean(let flag): unsafe lua_pushboolean(state, flag ? 1 : 0)
        case .integer(let integer): unsafe lua_pushinteger(state, integer)
        case .number(let number): unsafe lua_pushnumber(state, number)
        case .null, .string, .table, .function, .reference, .object:
            defer { dropUnreached() }
            let bytes = try value.encoded(for: self)
            return unsafe clua_push(state, bytes, bytes.count) == LUA_OK
        }
        return true
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
