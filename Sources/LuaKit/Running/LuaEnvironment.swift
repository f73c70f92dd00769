import CLua

/// What the scripts of a state find.
public enum LuaEnvironment: Sendable {
    /// An allow list of the standard library, for scripts of strangers.
    case sandboxed
    /// All of the standard library, for scripts that may do what the program may do: what they see is what they see in
    /// the `lua5.4` program. `print` writes to the state's output, `io` to the process's files.
    ///
    /// Limits and waiting functions work as in a sandbox, but a trusted script can get round the limits. It can
    /// - remove the limits of time and instructions with `debug.sethook`, as long as no limit was reached;
    /// - stay in a finalizer (`__gc`), which nothing can interrupt, also not when the state is closed;
    /// - block the thread with `io`, `os.execute`, a C library, or long work in one call of `table`, `string.rep` and
    ///   such; patterns are interrupted;
    /// - use memory of the process that is not Lua's;
    /// - catch the end of its time in the `load` of a reader function that runs where nothing can wait, and so stay a
    ///   little longer;
    /// - end the process: with `os.exit`, with forged bytecode, and through `debug`;
    /// - change the process: its locale, its files, its C libraries.
    ///
    /// The program adds a traceback to errors in its main chunk that nothing catches, and to those that `load` catches
    /// there in a reader function; here the message stays as it was raised.
    ///
    /// Nothing can wait inside Lua's own `require`. ``LuaLimits/tableKeys`` is not applied, and ``LuaLimits/sourceBytes``
    /// not to `load`.
    case trusted

    var code: Int32 {
        switch self {
        case .sandboxed: Int32(CLUA_SANDBOXED)
        case .trusted: Int32(CLUA_TRUSTED)
        }
    }
}
