import CLua

/// The arguments of one call, on the Lua stack while the call runs.
@safe public struct LuaArguments: ~Copyable {
    /// Where the call's results go.
    @usableFromInline let results: LuaResults
    private let function: RegisteredFunction

    private var core: LuaCore { unsafe results.core }
    private var state: OpaquePointer { unsafe results.state }

    init(core: LuaCore, state: OpaquePointer, function: RegisteredFunction) {
        results = unsafe LuaResults(core: core, state: state)
        self.function = function
    }

    /// How many there are.
    public var count: Int { unsafe Int(lua_gettop(state)) }

    /// The argument at a position from 1, as it is; `.nil` beyond the last.
    public func value(at position: Int) throws(LuaConversionError) -> LuaValue {
        unsafe try core.pull(state, Int32(position))
    }

    /// All arguments as they are.
    func values() throws(LuaArgumentError) -> [LuaValue] {
        var values: [LuaValue] = []
        let count = count
        values.reserveCapacity(count)
        for position in 1...max(1, count) where position <= count {
            do throws(LuaConversionError) {
                values.append(try value(at: position))
            } catch {
                throw LuaArgumentError(
                    function: function.name,
                    position: position,
                    problem: error.description
                )
            }
        }
        return values
    }

    /// The integer at a position, also of a float or text with an integral value; `nil` for all else.
    func integer(at position: Int) -> Int64? {
        var isInteger: Int32 = 0
        // SAFETY: never raises; the pointer is to a local.
        let value = unsafe lua_tointegerx(state, Int32(position), &isInteger)
        return isInteger != 0 ? value : nil
    }

    /// The number at a position; `nil` for all else.
    func number(at position: Int) -> Double? {
        var isNumber: Int32 = 0
        // SAFETY: never raises; the pointer is to a local.
        let value = unsafe lua_tonumberx(state, Int32(position), &isNumber)
        return isNumber != 0 ? value : nil
    }

    /// The text of a string at a position; `nil` for all else, and for bytes that are not UTF-8.
    func text(at position: Int) -> String? {
        guard unsafe lua_type(state, Int32(position)) == LUA_TSTRING else { return nil }
        var length = 0
        // SAFETY: never raises on a string, whose bytes live while it is on the stack; they are copied at once.
        guard let bytes = unsafe lua_tolstring(state, Int32(position), &length) else { return nil }
        let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
        return unsafe String(validating: raw, as: UTF8.self)
    }

    /// Whether nothing was given at a position.
    func isAbsent(at position: Int) -> Bool {
        unsafe lua_type(state, Int32(position)) <= LUA_TNIL
    }

    /// Lua's name of the type at a position.
    func kind(at position: Int) -> String {
        guard position <= count else { return "nil" }
        // SAFETY: lua_typename answers a static text.
        return unsafe String(cString: lua_typename(state, lua_type(state, Int32(position))))
    }
}
