import CLua

/// Where the results of one call go: the Lua stack, while the call runs.
@safe public struct LuaResults {
    // SAFETY: the core makes the call, and so outlives it.
    unowned(unsafe) let core: LuaCore
    let state: OpaquePointer

    /// That results were pushed, or could not be.
    public struct Pushed: Sendable {
        let code: Int32
    }

    /// No result.
    public static let none = Pushed(code: 0)

    init(core: LuaCore, state: OpaquePointer) {
        unsafe self.core = core
        unsafe self.state = state
    }

    /// Pushes an integer.
    public func push(_ integer: Int64) -> Pushed {
        guard unsafe lua_checkstack(state, 1) != 0 else { return Pushed(code: Int32(CLUA_RAISE)) }
        unsafe lua_pushinteger(state, integer)
        return Pushed(code: 1)
    }

    /// Pushes a number.
    public func push(_ number: Double) -> Pushed {
        guard unsafe lua_checkstack(state, 1) != 0 else { return Pushed(code: Int32(CLUA_RAISE)) }
        unsafe lua_pushnumber(state, number)
        return Pushed(code: 1)
    }

    /// Pushes a boolean.
    public func push(_ flag: Bool) -> Pushed {
        guard unsafe lua_checkstack(state, 1) != 0 else { return Pushed(code: Int32(CLUA_RAISE)) }
        unsafe lua_pushboolean(state, flag ? 1 : 0)
        return Pushed(code: 1)
    }

    /// Pushes a text as its UTF-8.
    public func push(_ text: String) -> Pushed {
        var text = text
        // SAFETY: the bytes are copied while the closure runs.
        let status = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe clua_push_string(state, characters.baseAddress, characters.count)
            }
        }
        return Pushed(code: status == LUA_OK ? 1 : Int32(CLUA_RAISE))
    }

    /// Pushes values in order. Throws when one cannot cross.
    public func push(_ values: [LuaValue]) throws(LuaConversionError) -> Pushed {
        for value in values {
            guard unsafe try core.push(value, to: state) else { return Pushed(code: Int32(CLUA_RAISE)) }
        }
        return Pushed(code: Int32(values.count))
    }
}

/// A Swift type that a host function can answer.
///
/// An `Encodable` type that declares the conformance needs no more: it becomes a table.
public protocol LuaResult {
    /// Pushes the value, as one result.
    func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed
}

extension LuaResult where Self: Encodable {
    /// Encodes the value.
    public func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed {
        try results.push([try LuaEncoder.encode(self)])
    }
}

extension Int: LuaResult {
    /// Pushes an integer.
    public func push(to results: LuaResults) -> LuaResults.Pushed { results.push(Int64(self)) }
}

extension Double: LuaResult {
    /// Pushes a number.
    public func push(to results: LuaResults) -> LuaResults.Pushed { results.push(self) }
}

extension Bool: LuaResult {
    /// Pushes a boolean.
    public func push(to results: LuaResults) -> LuaResults.Pushed { results.push(self) }
}

extension String: LuaResult {
    /// Pushes the UTF-8.
    public func push(to results: LuaResults) -> LuaResults.Pushed { results.push(self) }
}

extension LuaBytes: LuaResult {
    /// Pushes the bytes.
    public func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed {
        try results.push([.string(self)])
    }
}

extension LuaValue: LuaResult {
    /// Pushes the value.
    public func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed {
        try results.push([self])
    }
}

extension Optional: LuaResult where Wrapped: LuaResult {
    /// Pushes the value, or `nil`.
    public func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed {
        if let self { try self.push(to: results) } else { try results.push([.nil]) }
    }
}

extension Array: LuaResult where Element: Encodable {}

extension Dictionary: LuaResult where Key: Encodable, Value: Encodable {}
