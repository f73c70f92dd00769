import CLua
import Dispatch
import Glibc
import Synchronization

/// A thread that runs Lua states: Lua needs a deep C stack, and its clock counts the thread's own processor time.
///
/// The clock is a timer of the system that sends `SIGURG` to the thread; a program that has a handler of its own for
/// that signal cannot use it. Many states may share one executor. Their scripts take turns: one that never waits is
/// interrupted at its time slice.
public final class LuaExecutor: SerialExecutor {
    private let jobs: JobQueue
    private let thread: pthread_t

    /// Starts the thread. Throws `system` when the system has no thread or timer left.
    public convenience init() throws(LuaError) {
        try self.init(observer: nil)
    }

    /// Starts a thread whose jobs somebody counts.
    package init(observer: (any LuaJobObserver)?) throws(LuaError) {
        jobs = JobQueue(observer: observer)
        guard let thread = LuaThread.start(running: jobs) else {
            throw LuaError(.system, "the system could not start a thread with a timer for Lua")
        }
        self.thread = thread
    }

    /// Whether the caller runs on the thread.
    var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }

    deinit {
        jobs.close()
    }

    /// Runs a job of an actor on the thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        jobs.add(unsafe Job(job: UnownedJob(job), executor: asUnownedSerialExecutor()))
    }

    /// The executor as actors see it.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }
}

/// Told of each job of an executor: before it can run, and when it has.
package protocol LuaJobObserver: Sendable {
    /// A job waits for the thread.
    func jobAdded()
    /// It has run until it ended or waits for something else.
    func jobEnded()
}

/// A job and the executor it runs on; the job's actor keeps the executor alive.
@safe private struct Job: Sendable {
    let job: UnownedJob
    let executor: UnownedSerialExecutor

    func run() {
        unsafe job.runSynchronously(on: executor)
    }
}

/// The jobs that wait for the thread, first come, first served: a list that any thread pushes to and the Lua thread
/// takes whole, without a lock.
@safe private final class JobQueue: Sendable {
    @safe private final class Node: Sendable {
        let job: Job
        let next = unsafe Atomic<Unmanaged<Node>?>(nil)

        init(_ job: Job) {
            self.job = job
        }
    }

    /// The newest job first. The list owns its nodes.
    private let newest = unsafe Atomic<Unmanaged<Node>?>(nil)
    private let isClosed = Atomic(false)
    private let observer: (any LuaJobObserver)?
    private let signal = DispatchSemaphore(value: 0)

    init(observer: (any LuaJobObserver)?) {
        self.observer = observer
    }

    func add(_ job: Job) {
        observer?.jobAdded()
        let node = Node(job)
        // SAFETY: `takeAll` releases what is retained here; `next` is set before the node can be seen.
        let pushed = unsafe Unmanaged.passRetained(node)
        var expected = unsafe newest.load(ordering: .relaxed)
        var isPushed = false
        while !isPushed {
            unsafe node.next.store(expected, ordering: .relaxed)
            unsafe (isPushed, expected) = newest.compareExchange(
                expected: expected,
                desired: pushed,
                ordering: .acquiringAndReleasing
            )
        }
        signal.signal()
    }

    func close() {
        isClosed.store(true, ordering: .releasing)
        signal.signal()
    }

    /// Runs jobs until the queue is closed and empty.
    func run() {
        while true {
            signal.wait()
            let isClosed = isClosed.load(ordering: .acquiring)
            let jobs = takeAll()
            for job in jobs {
                job.run()
                observer?.jobEnded()
            }
            if isClosed, jobs.isEmpty { return }
        }
    }

    /// Takes all jobs, oldest first.
    private func takeAll() -> [Job] {
        var jobs: [Job] = []
        var next = unsafe newest.exchange(nil, ordering: .acquiring)
        while let current = unsafe next {
            // SAFETY: `add` retained the node, and no one else can reach it any more.
            let node = unsafe current.takeRetainedValue()
            jobs.append(node.job)
            unsafe next = unsafe node.next.load(ordering: .relaxed)
        }
        return jobs.reversed()
    }
}

/// The thread itself: a stack of 8 MiB, and Lua's clock.
private enum LuaThread {
    private static let stackBytes = 8 << 20

    /// What the thread is given: the queue, and where to say that the clock runs.
    private final class Start {
        let jobs: JobQueue
        let hasStarted = DispatchSemaphore(value: 0)
        var hasClock = false

        init(jobs: JobQueue) {
            self.jobs = jobs
        }
    }

    static func start(running jobs: JobQueue) -> pthread_t? {
        let start = Start(jobs: jobs)
        var attributes = pthread_attr_t()
        var thread = pthread_t()
        // SAFETY: the pointers are to locals; the thread takes over the retained `start`.
        guard unsafe pthread_attr_init(&attributes) == 0 else { return nil }
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackBytes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let context = unsafe Unmanaged.passRetained(start).toOpaque()
        let status = unsafe pthread_create(&thread, &attributes, { unsafe LuaThread.main($0) }, context)
        guard status == 0 else {
            unsafe Unmanaged<Start>.fromOpaque(context).release()
            return nil
        }
        start.hasStarted.wait()
        return start.hasClock ? thread : nil
    }

    private static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context = unsafe context else { return nil }
        // SAFETY: `start` retained it for this thread.
        let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        let jobs = start.jobs
        start.hasClock = clua_clock_start()
        let hasClock = start.hasClock
        start.hasStarted.signal()
        if hasClock { jobs.run() }
        clua_clock_stop()
        return nil
    }
}
