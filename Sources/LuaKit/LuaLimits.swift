/// What one state may use at most. A limit costs nothing until it bites, and a script cannot catch it.
public struct LuaLimits: Sendable {
    /// Bytes of Lua memory beyond the empty state; Lua's own allocations only.
    public var memoryBytes: Int
    /// Keys of one table that are not in its array part, rounded up to a power of two. Lua inserts keys that were
    /// chosen to collide in one step that nothing can interrupt: 65,536 of them take about a second, a quarter as
    /// many a sixteenth of that.
    public var tableKeys: Int
    /// Processor time that the script may run, not counting its waits; `nil` for no limit. Kept to within 8 ms.
    public var runningTime: Duration?
    /// How long the script may run before other scripts on its thread get their turn.
    public var slice: Duration
    /// How long the script may still run, to close its variables, after its task was cancelled.
    public var grace: Duration
    /// Bytes that `print` may write in all.
    public var outputBytes: Int
    /// Bytes of one source text, also of one that a script loads.
    public var sourceBytes: Int
    /// Nested tables of one value that is handed to the host.
    public var valueDepth: Int
    /// Elements of one value that is handed to the host.
    public var valueElements: Int
    /// Bytes of one value that is handed to the host.
    public var valueBytes: Int

    /// The defaults suit scripts of strangers: 64 MiB, 65,536 keys in a table, one minute of running time, 8 MiB of
    /// output.
    public init(
        memoryBytes: Int = 64 << 20,
        tableKeys: Int = 1 << 16,
        runningTime: Duration? = .seconds(60),
        slice: Duration = .milliseconds(12),
        grace: Duration = .milliseconds(500),
        outputBytes: Int = 8 << 20,
        sourceBytes: Int = 1 << 20,
        valueDepth: Int = 100,
        valueElements: Int = 100_000,
        valueBytes: Int = 16 << 20
    ) {
        self.memoryBytes = memoryBytes
        self.tableKeys = tableKeys
        self.runningTime = runningTime
        self.slice = slice
        self.grace = grace
        self.outputBytes = outputBytes
        self.sourceBytes = sourceBytes
        self.valueDepth = valueDepth
        self.valueElements = valueElements
        self.valueBytes = valueBytes
    }
}
