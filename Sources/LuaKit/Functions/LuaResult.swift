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
    @inlinable public func push(to results: LuaResults) -> LuaResults.Pushed { results.push(Int64(self)) }
}

extension Double: LuaResult {
    /// Pushes a number.
    @inlinable public func push(to results: LuaResults) -> LuaResults.Pushed { results.push(self) }
}

extension Bool: LuaResult {
    /// Pushes a boolean.
    @inlinable public func push(to results: LuaResults) -> LuaResults.Pushed { results.push(self) }
}

extension String: LuaResult {
    /// Pushes the UTF-8.
    @inlinable public func push(to results: LuaResults) -> LuaResults.Pushed { results.push(self) }
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

extension LuaTable: LuaResult {
    /// Pushes the table.
    public func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed {
        try results.push([.reference(self)])
    }
}

extension LuaFunction: LuaResult {
    /// Pushes the function.
    public func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed {
        try results.push([.function(self)])
    }
}

extension LuaResults {
    /// Pushes the result of a function that declares none: nothing for `Void`, and what is `Encodable` as a ``LuaResult``
    /// would be that declares no more.
    @inlinable func push<Other>(other result: Other) throws -> Pushed {
        if Other.self == Void.self { return Self.none }
        return try pushEncoded(result)
    }

    @usableFromInline @inline(never) func pushEncoded<Other>(_ result: Other) throws -> Pushed {
        guard let encodable = result as? any Encodable else {
            throw LuaConversionError("a \(Other.self) is neither Encodable nor a LuaResult")
        }
        return try push([LuaEncoder.encodeAlone(encodable)])
    }
}
