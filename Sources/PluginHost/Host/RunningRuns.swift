public import LuaKit
public import RunJournal
import Synchronization

/// The runs that a program executes beside its other work. When the program goes they are stopped without being ended, and go
/// on when they are resumed.
public final class RunningRuns: Sendable {
    /// Gets how a run ended, or why it cannot go on.
    public typealias End = @Sendable (RunRecord.ID, Result<RunResult, any Error>) -> Void

    private struct State {
        var isStopped = false
        var count = 0
        var controls: [Int: RunControl] = [:]
        var tasks: [Int: Task<Void, Never>] = [:]
        var ids: [Int: RunRecord.ID] = [:]
    }

    private let state = Mutex(State())

    /// Makes a place for runs.
    public init() {}

    /// Whether a run is executed here.
    public func contains(_ run: RunRecord.ID) -> Bool {
        state.withLock { $0.ids.values.contains(run) }
    }

    /// Begins a run, which goes on beside the caller, and returns its id; `ended` gets what came of it.
    ///
    /// Throws what `PluginHost.run` throws before the run has begun, and `CancellationError` after ``stop()``. Cancelling the
    /// caller does not cancel the run.
    public func run(
        _ source: LuaSource,
        on host: PluginHost,
        arguments: LuaValue = .record([:]),
        at slot: ScheduleSlot? = nil,
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in },
        ended: @escaping End
    ) async throws -> RunRecord.ID {
        try await withCheckedThrowingContinuation { continuation in
            let beginning = Beginning(continuation)
            let isBeginning = execute(nil, on: host) { number, control in
                do {
                    let result = try await host.run(source, arguments: arguments, at: slot, control: control)
                    {
                        if case .started(let run, _) = $0 {
                            self.state.withLock { $0.ids[number] = run }
                            beginning.succeed(run)
                        }
                        observe($0)
                    }
                    ended(result.id, .success(result))
                } catch {
                    if let run = beginning.fail(error) { ended(run, .failure(error)) }
                }
            }
            if !isBeginning { _ = beginning.fail(CancellationError()) }
        }
    }

    /// Goes on with a run beside the caller; `ended` gets what came of it. Nothing happens after ``stop()``.
    public func resume(
        _ run: RunRecord,
        on host: PluginHost,
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in },
        ended: @escaping End
    ) {
        _ = execute(run.id, on: host) { _, control in
            do {
                let result = try await host.resume(run, control: control, observe: observe)
                ended(run.id, .success(result))
            } catch {
                ended(run.id, .failure(error))
            }
        }
    }

    /// Stops all runs without ending them, and waits for that. No run begins afterwards.
    public func stop() async {
        let controls = state.withLock { state in
            state.isStopped = true
            return Array(state.controls.values)
        }
        for control in controls { control.interrupt() }
        await settle()
    }

    /// Waits for the runs that are executed now.
    package func settle() async {
        for task in state.withLock({ Array($0.tasks.values) }) { await task.value }
    }

    /// Does the work of a run in a task of its own; returns false when nothing may begin any more.
    private func execute(
        _ run: RunRecord.ID?,
        on host: PluginHost,
        _ work: @escaping @Sendable (Int, RunControl) async -> Void
    ) -> Bool {
        let control = RunControl()
        return state.withLock { state in
            guard !state.isStopped else { return false }
            state.count += 1
            let number = state.count
            state.controls[number] = control
            state.ids[number] = run
            state.tasks[number] = Task(executorPreference: host.environment.taskExecutor) {
                await work(number, control)
                self.forget(number)
            }
            return true
        }
    }

    private func forget(_ number: Int) {
        state.withLock { state in
            state.controls[number] = nil
            state.tasks[number] = nil
            state.ids[number] = nil
        }
    }
}

/// Somebody waits until a run has begun, or has not.
private final class Beginning: Sendable {
    private enum State {
        case waiting(CheckedContinuation<RunRecord.ID, any Error>)
        case begun(RunRecord.ID)
        case failed
    }

    private let state: Mutex<State>

    init(_ continuation: CheckedContinuation<RunRecord.ID, any Error>) {
        state = Mutex(.waiting(continuation))
    }

    func succeed(_ run: RunRecord.ID) {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return }
            state = .begun(run)
            continuation.resume(returning: run)
        }
    }

    /// Tells who waits; returns the run where it has begun, so that nobody waits.
    func fail(_ error: any Error) -> RunRecord.ID? {
        state.withLock { state in
            switch state {
            case .waiting(let continuation):
                state = .failed
                continuation.resume(throwing: error)
                return nil
            case .begun(let run): return run
            case .failed: return nil
            }
        }
    }
}
