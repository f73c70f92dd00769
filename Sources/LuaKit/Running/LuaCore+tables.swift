import CLua

/// The steps on values that Swift makes or holds.
extension LuaCore {
    // MARK: Making handles

    func keepTable(in state: OpaquePointer, at index: Int32) throws(LuaConversionError) -> LuaTable {
        let type = unsafe lua_type(state, index)
        guard type == LUA_TTABLE else {
            // SAFETY: lua_typename returns a static text.
            let kind = unsafe String(cString: lua_typename(state, max(LUA_TNIL, type)))
            throw LuaConversionError("table expected, got \(kind)")
        }
        releaseDropped()
        var slot: Int64 = 0
        guard unsafe clua_keep_value(state, index, &slot) == LUA_OK else {
            throw LuaConversionError("not enough memory")
        }
        return LuaTable(slot: slot, slots: slots)
    }

    func makeTable(_ contents: LuaTableValue) throws(LuaError) -> LuaTable {
        defer { dropUnreached() }
        return LuaTable(slot: try keep(encode(.table(contents))), slots: slots)
    }

    /// The function that the encoded form is of.
    func makeFunction(_ bytes: [UInt8]) throws(LuaError) -> LuaFunction {
        LuaFunction(slot: try keep(bytes), slots: slots)
    }

    private func keep(_ bytes: [UInt8]) throws(LuaError) -> Int64 {
        var slot: Int64 = 0
        try check(unsafe clua_value_new(host, bytes, bytes.count, &slot), "")
        return slot
    }

    func global(_ name: String) throws(LuaError) -> LuaValue {
        var caps = caps
        let bytes = unsafe try pulled { out, problem in
            unsafe clua_get_global(host, name, &caps, out, problem)
        }
        return decode(bytes)
    }

    func globalTable(_ name: String) throws(LuaError) -> LuaTable? {
        var slot: Int64 = 0
        try check(unsafe clua_table_global(host, name, &slot), "")
        return slot == 0 ? nil : LuaTable(slot: slot, slots: slots)
    }

    // MARK: Elements

    func length(of table: LuaTable) throws(LuaError) -> Int {
        Int(clamping: unsafe clua_table_length(host, table.slot))
    }

    func set(_ key: LuaValue, to value: LuaValue, of table: LuaTable) throws(LuaError) {
        guard key.isKey else { throw LuaError(.conversion, "a \(key.kind) cannot be a key") }
        defer { dropUnreached() }
        let pair = try encode(key) + encode(value)
        try check(unsafe clua_table_set(host, table.slot, pair, pair.count), "")
    }

    func get(_ key: LuaValue, of table: LuaTable) throws(LuaError) -> LuaValue {
        guard key.isKey else { return .nil }
        let key = try encode(key)
        var caps = caps
        let bytes = unsafe try pulled { out, problem in
            unsafe clua_table_get(host, table.slot, key, key.count, &caps, out, problem)
        }
        return decode(bytes)
    }

    func next(after key: LuaValue, of table: LuaTable) throws(LuaError) -> LuaTable.Element? {
        guard key == .nil || key.isKey else { throw LuaError(.conversion, "a \(key.kind) cannot be a key") }
        let key = try encode(key)
        var caps = caps
        let bytes = unsafe try pulled { out, problem in
            unsafe clua_table_next(host, table.slot, key, key.count, &caps, out, problem)
        }
        guard !bytes.isEmpty else { return nil }
        var reader = reader(of: bytes)
        let found = reader.read()
        return (found, reader.read())
    }

    func copy(_ table: LuaTable) throws(LuaError) -> LuaTableValue {
        var caps = caps
        let bytes = unsafe try pulled { out, problem in
            unsafe clua_table_copy(host, table.slot, &caps, out, problem)
        }
        guard case .table(let contents) = decode(bytes) else { return LuaTableValue() }
        return contents
    }

    // MARK: Steps

    func encode(_ value: LuaValue) throws(LuaError) -> [UInt8] {
        do throws(LuaConversionError) {
            return try value.encoded(for: self)
        } catch {
            throw LuaError(.conversion, error.description)
        }
    }

    /// What a step writes, read after slots of dropped handles are free.
    private func pulled(
        _ step: (UnsafeMutablePointer<clua_buffer>, UnsafeMutablePointer<clua_buffer>) -> Int32
    ) throws(LuaError) -> [UInt8] {
        releaseDropped()
        var out = unsafe clua_buffer()
        var problem = unsafe clua_buffer()
        // SAFETY: the buffers are C's own and freed here.
        defer { unsafe clua_buffer_free(&out) }
        defer { unsafe clua_buffer_free(&problem) }
        let status = unsafe step(&out, &problem)
        try check(status, unsafe problem.text)
        return unsafe out.array
    }

    private func check(_ status: Int32, _ problem: String) throws(LuaError) {
        if status == LUA_ERRMEM { throw LuaError(.memoryLimit, memoryMessage) }
        if status != LUA_OK { throw LuaError(.conversion, problem) }
    }
}
