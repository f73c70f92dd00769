import CLua

extension LuaState {
    /// The lines that have run so far, by the script's name; empty unless the state notes them.
    ///
    /// Lines of at most 256 scripts are noted, and of a script's first 2 million lines.
    public var linesRun: [String: Set<Int>] { core.linesRun }
}

extension LuaCore {
    /// Makes the state note which lines run.
    func noteLines() throws(LuaError) {
        guard unsafe clua_note_lines(host) else { throw LuaError(.memoryLimit, memoryMessage) }
    }

    fileprivate var linesRun: [String: Set<Int>] {
        var all: [String: Set<Int>] = [:]
        var index = 0
        // SAFETY: the name lives as long as the host, and is copied here.
        while let name = unsafe clua_lines_script(host, index) {
            var lines: Set<Int> = []
            var line = unsafe clua_lines_next(host, index, 0)
            while line > 0 {
                lines.insert(Int(line))
                line = unsafe clua_lines_next(host, index, line)
            }
            all[unsafe String(cString: name)] = lines
            index += 1
        }
        return all
    }
}

extension LuaSource {
    /// The lines that have something to run, ascending; nothing is run.
    ///
    /// The `end` of a function is none: it only runs where nothing has returned before. Throws `syntax` when the source is
    /// no Lua.
    public func executableLines() throws(LuaError) -> [Int] {
        Set(try chunkFunctions().flatMap(\.executableLines)).sorted()
    }
}
