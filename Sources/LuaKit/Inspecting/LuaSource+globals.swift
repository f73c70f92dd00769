import CLua

/// One use of a global in a source, as Lua's own compiler sees it: locals of the same name do not count.
public struct LuaGlobalUse: Hashable, Sendable {
    /// The global's name.
    public var name: String
    /// The line, from 1.
    public var line: Int
    /// Whether the source gives the global a value here.
    public var isAssignment: Bool
    /// The field that is read from it at once, as `start` in `backup.start`; `nil` where there is none.
    public var member: String?
    /// The first argument of the call, where that is a literal text.
    public var firstArgument: String?
}

extension LuaSource {
    /// All uses of globals, in the order of the code, function by function; nothing is run.
    ///
    /// Throws `syntax` when the source is no Lua.
    public func globalUses() throws(LuaError) -> [LuaGlobalUse] {
        try chunkFunctions().flatMap(\.globalUses)
    }

    /// The compiled functions, by their first lines.
    func chunkFunctions() throws(LuaError) -> [ChunkFunction] {
        let core = try LuaCore(
            limits: LuaLimits(),
            numberObject: { core, object throws(LuaConversionError) in try core.number(of: object) },
            output: { _ in }
        )
        var reader = ChunkReader(bytes: try core.dump(self))
        return reader.readChunk()
    }
}

extension LuaCore {
    /// The bytecode of a source.
    fileprivate func dump(_ source: LuaSource) throws(LuaError) -> [UInt8] {
        var chunk = unsafe clua_buffer()
        var problem = unsafe clua_buffer()
        // SAFETY: the buffers are C's own and freed here.
        defer { unsafe clua_buffer_free(&chunk) }
        defer { unsafe clua_buffer_free(&problem) }
        let status = unsafe clua_dump(
            host,
            source.bytes,
            source.bytes.count,
            source.chunkName,
            &chunk,
            &problem
        )
        guard status == LUA_OK else {
            let (place, message) = LuaError.split(unsafe problem.text)
            throw LuaError(.syntax, message, place: place)
        }
        return unsafe chunk.array
    }
}
