/// What the cancellation of a task ends.
///
/// In both cases the host call that the script waits for is cancelled, which raises `cancelled` in the script; what the
/// script waits for later is cancelled too. A script that goes on anyhow is ended when its ``LuaLimits/grace`` is over.
public enum LuaCancellation: Sendable {
    /// Ends the state: nothing can run in it afterwards.
    case ofState
    /// Ends the call alone; what else runs in the state goes on, and later calls too.
    ///
    /// The grace counts the call's own running time. A call that has used it up is left where it is, and the variables of
    /// its function that are to be closed are then closed, with as much time again for it; nothing can wait there.
    /// Those of coroutines that the call had resumed itself are not closed, nor those of a call that was left inside a C
    /// function that cannot wait, such as `table.sort`.
    case ofCall
}
