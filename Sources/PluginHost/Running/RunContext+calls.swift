import BackupAPI
import LuaKit
public import RunJournal

extension RunContext {
    /// Runs a host function as its kind demands: a step is journaled around its body.
    func perform(
        _ function: Function,
        named name: String,
        _ arguments: [LuaValue],
        at place: LuaError.Place?,
        body: Function.Call
    ) async throws -> LuaValue {
        try checkHalt()
        let result: Result<LuaValue, any Error>
        do {
            result = .success(try await run(function, named: name, arguments, at: place, body))
        } catch {
            result = .failure(error)
        }
        await callHooks()
        if haltReason != nil, case .success = result { try checkHalt() }
        return try result.get()
    }

    private func run(
        _ function: Function,
        named name: String,
        _ arguments: [LuaValue],
        at place: LuaError.Place?,
        _ body: Function.Call
    ) async throws -> LuaValue {
        switch function.kind {
        case .composite, .observation, .pure:
            var scope = TaskScope.current
            scope.place = place
            return try await TaskScope.$current.withValue(scope) { try await naming(name, body) }
        case .step(let kind):
            var call = StepCall(
                name: name,
                kind: kind,
                arguments: arguments,
                recovery: function.recovery(arguments)
            )
            call.place = place
            guard mode != .plan else { return try await plan(call, function, body) }
            let resuming = { (key: StepKey) in
                guard self.mode == .live, let recorded = self.recorded[key], recorded.state == .intent else {
                    return
                }
                let began = Timestamp(microseconds: recorded.started)
                try await function.resumed?(self, arguments, key.description, began)
            }
            return try await step(call, prelude: resuming) { _ in try await body() }
        case .recorded(let kind):
            var call = StepCall(name: name, kind: kind, arguments: arguments)
            call.place = place
            guard mode != .plan || function.isPlannedByItself else {
                return try await plan(call, function, body)
            }
            var scope = TaskScope.current
            scope.call = call
            return try await TaskScope.$current.withValue(scope) { try await naming(name, body) }
        }
    }

    /// Names the function in what is wrong with an argument: here, so that the journal has the whole message.
    private func naming(_ name: String, _ body: () async throws -> LuaValue) async throws -> LuaValue {
        do {
            return try await body()
        } catch let problem as ArgumentProblem {
            throw problem.error(in: name)
        }
    }

    /// The call whose body runs now, for one that records itself.
    public var currentCall: StepCall {
        TaskScope.current.call ?? StepCall(name: "", kind: .effect, arguments: [])
    }

    /// Notes what a call would do, and answers something that a script can go on with.
    private func plan(_ call: StepCall, _ function: Function, _ body: () async throws -> LuaValue)
        async throws -> LuaValue
    {
        notePlanned(PlannedStep(call))
        if let planned = function.planned { return try planned(self, call.arguments) }
        return call.kind == .read ? try await body() : .nil
    }
}

/// A step that a script would take.
public struct PlannedStep: Hashable, Sendable {
    /// The function that it would call, for example `backup.start`.
    public var name: String
    /// What the step does.
    public var kind: StepKind
    /// The arguments, a JSON list.
    public var input: String

    init(_ call: StepCall) {
        name = call.name
        kind = call.kind
        input = JournalText.encode(.array(call.arguments))
    }
}

extension PlannedStep: CustomStringConvertible {
    /// The call as a script would write it.
    public var description: String { StepMismatch.call(name, input) }
}
