import CLua

/// The arguments of one call, on the Lua stack while the call runs.
@safe public struct LuaArguments: ~Copyable {
    /// Where the call's results go.
    @usableFromInline let results: LuaResults

    let state: OpaquePointer
    var core: LuaCore { results.core }

    /// `isWaiting`: the call's results are wanted when the stack is another's.
    init(core: LuaCore, state: OpaquePointer, isWaiting: Bool) {
        results = unsafe LuaResults(core: core, state: isWaiting ? nil : state)
        unsafe self.state = state
    }

    /// How many there are.
    public var count: Int { unsafe Int(lua_gettop(state)) }

    /// The script and the line that the function was called from, past C functions such as `pcall`; `nil` when no line of
    /// a script in this coroutine called it. Ask before the function first waits.
    public var place: LuaError.Place? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(LUA_IDSIZE)) { script in
            guard let script = script.baseAddress else { return nil }
            let line = unsafe Int(clua_place(state, script))
            guard line > 0 else { return nil }
            // SAFETY: C has written a text with its end.
            return unsafe LuaError.Place(script: String(cString: script), line: line)
        }
    }

    /// The argument at a position from 1, as it is; `.nil` beyond the last.
    public func value(at position: Int) throws(LuaConversionError) -> LuaValue {
        unsafe try core.pull(state, Int32(position))
    }

    /// All arguments as they are.
    func values() throws -> [LuaValue] {
        var values: [LuaValue] = []
        let count = count
        values.reserveCapacity(count)
        for position in 1...max(1, count) where position <= count {
            do throws(LuaConversionError) {
                values.append(try value(at: position))
            } catch {
                throw error.ofArgument(position)
            }
        }
        return values
    }

    /// The integer at a position, also of a float or text with an integral value; `nil` for all else.
    @usableFromInline func integer(at position: Int) -> Int64? {
        let integer = unsafe clua_to_integer(state, Int32(truncatingIfNeeded: position))
        return integer.is_valid ? integer.value : nil
    }

    /// The number at a position; `nil` for all else.
    @usableFromInline func number(at position: Int) -> Double? {
        let number = unsafe clua_to_number(state, Int32(truncatingIfNeeded: position))
        return number.is_valid ? number.value : nil
    }

    /// The boolean at a position; `nil` for all else.
    @usableFromInline func boolean(at position: Int) -> Bool? {
        let index = Int32(truncatingIfNeeded: position)
        return unsafe lua_type(state, index) == LUA_TBOOLEAN ? unsafe lua_toboolean(state, index) != 0 : nil
    }

    /// The text of a string at a position; `nil` for all else, and for bytes that are not UTF-8.
    @usableFromInline func text(at position: Int) -> String? {
        let index = Int32(truncatingIfNeeded: position)
        guard unsafe lua_type(state, index) == LUA_TSTRING else { return nil }
        var length = 0
        // SAFETY: never raises on a string, whose bytes live while it is on the stack; they are copied at once.
        guard let bytes = unsafe lua_tolstring(state, index, &length) else { return nil }
        return unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
            let bytes = unsafe UnsafeBufferPointer(start: bytes, count: length)
            guard RecentTexts.lengths.contains(length) else { return unsafe String.validated(bytes) }
            return unsafe results.unmanaged._withUnsafeGuaranteedRef { core in
                unsafe core.recentTexts.text(of: bytes) { unsafe String.validated(bytes) }
            }
        }
    }

    /// Whether nothing was given at a position.
    @usableFromInline func isAbsent(at position: Int) -> Bool {
        unsafe lua_type(state, Int32(position)) <= LUA_TNIL
    }

    /// Throws that something else was expected at a position.
    // Out of line: an `@inlinable` function that throws by itself is not inlined where its type is a parameter.
    @usableFromInline @inline(never)
    func refuse(expected what: String, at position: Int) throws(LuaConversionError) -> Never {
        throw LuaConversionError("\(what) expected, got \(kind(at: position))")
    }

    /// Lua's name of the type at a position.
    func kind(at position: Int) -> String {
        guard position <= count else { return "nil" }
        // SAFETY: lua_typename returns a static text.
        return unsafe String(cString: lua_typename(state, lua_type(state, Int32(position))))
    }
}

extension LuaConversionError {
    /// This error as that of an argument, whose function the caller names.
    @usableFromInline func ofArgument(_ position: Int) -> any Error {
        LuaArgumentError(function: "", position: argument ?? position, problem: description)
    }
}

extension String {
    /// The text of bytes that are valid UTF-8. Plain ASCII, the usual case, is seen at a glance.
    fileprivate static func validated(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var union: UInt8 = 0
        // SAFETY: the loop stays within the buffer.
        for index in 0..<bytes.count { unsafe union |= bytes[index] }
        return union < 0x80
            ? unsafe String(decoding: bytes, as: UTF8.self) : unsafe String(validating: bytes, as: UTF8.self)
    }
}
