/// What one state may use at most. A script cannot catch a limit, and all but ``instructions`` cost nothing until they
/// bite.
public struct LuaLimits: Sendable {
    /// Bytes of Lua memory beyond the empty state; Lua's own allocations only.
    public var memoryBytes: Int
    /// Keys of one table that are not in its array part, rounded up to a power of two. Lua inserts keys that were
    /// chosen to collide in one step that nothing can interrupt: 65,536 of them take about a second, a quarter as
    /// many a sixteenth of that. Not applied to trusted scripts.
    public var tableKeys: Int
    /// Processor time that the script may run; `nil` for no limit. Kept to within 8 ms. Of each wait the first millisecond
    /// counts, so that calls which answer at once do not last for ever.
    public var runningTime: Duration?
    /// Real time of one run or call, waits included; `nil` for no limit. At its end the run is cancelled as its task
    /// would be: the host call that it waits for is cancelled, and ``grace`` is left to close variables. The run then
    /// throws `time_limit` whatever the script caught, and the state is ended.
    public var wallTime: Duration?
    /// Instructions of Lua's virtual machine that all coroutines of the state may run together, rounded up to a hundred;
    /// `nil` for no limit.
    ///
    /// This limit has a cost: a script runs 1.4 to 2.7 times as long as without. In return the same script ends at the
    /// same instruction each time, unless it goes by what the host returns or, in a state without a seed, by the order of
    /// `pairs` or random numbers. Each coroutine counts in steps of a hundred, the begun one as a whole. Work inside C
    /// functions does not count.
    public var instructions: Int?
    /// How long the script may run before other scripts on its thread get their turn.
    public var slice: Duration
    /// How long the script may still run, to close its variables, after its task was cancelled.
    public var grace: Duration
    /// Runs and calls that may be under way at once in one state.
    public var tasks: Int
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

    /// The defaults suit scripts of strangers: 64 MiB, 65,536 keys in a table, one minute of running time, 1000 runs at
    /// once, 8 MiB of output.
    public init(
        memoryBytes: Int = 64 << 20,
        tableKeys: Int = 1 << 16,
        runningTime: Duration? = .seconds(60),
        wallTime: Duration? = nil,
        instructions: Int? = nil,
        slice: Duration = .milliseconds(12),
        grace: Duration = .milliseconds(500),
        tasks: Int = 1000,
        outputBytes: Int = 8 << 20,
        sourceBytes: Int = 1 << 20,
        valueDepth: Int = 100,
        valueElements: Int = 100_000,
        valueBytes: Int = 16 << 20
    ) {
        self.memoryBytes = memoryBytes
        self.tableKeys = tableKeys
        self.runningTime = runningTime
        self.wallTime = wallTime
        self.instructions = instructions
        self.slice = slice
        self.grace = grace
        self.tasks = tasks
        self.outputBytes = outputBytes
        self.sourceBytes = sourceBytes
        self.valueDepth = valueDepth
        self.valueElements = valueElements
        self.valueBytes = valueBytes
    }
}
