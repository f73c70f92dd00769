import CLua

/// The arguments of one call, on the Lua stack while the call runs.
@safe public struct LuaArguments: ~Copyable {
    private let core: LuaCore
    private let state: OpaquePointer
    private let function: String
    /// How many there are.
    public let count: Int

    init(core: LuaCore, state: OpaquePointer, function: String) {
        self.core = core
        self.function = function
        unsafe self.state = state
        self.count = unsafe Int(lua_gettop(state))
    }

    /// The argument at a position from 1, as it is; `.nil` beyond the last.
    public func value(at position: Int) throws(LuaConversionError) -> LuaValue {
        guard position <= count else { return .nil }
        return unsafe try core.pull(state, Int32(position))
    }

    /// All arguments as they are.
    func values() throws(LuaArgumentError) -> [LuaValue] {
        var values: [LuaValue] = []
        for position in 1...max(1, count) where position <= count {
            do throws(LuaConversionError) {
                values.append(try value(at: position))
            } catch {
                throw LuaArgumentError(function: function, position: position, problem: error.description)
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

    /// Lua's name of the type at a position.
    func kind(at position: Int) -> String {
        guard position <= count else { return "nil" }
        // SAFETY: lua_typename answers a static text.
        return unsafe String(cString: lua_typename(state, lua_type(state, Int32(position))))
    }
}
