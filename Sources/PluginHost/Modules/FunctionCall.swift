import BackupAPI
import LuaKit
import RunJournal

/// A call of a host function by a run's script.
struct FunctionCall {
    let function: Function
    /// The function's name with its module's.
    let name: String
    let arguments: [LuaValue]
    let place: LuaError.Place?
    let run: RunContext

    /// Runs the body as the function's kind demands: a step is recorded around it. Then hooks are told of what has happened.
    func perform(_ body: Function.Call) async throws -> LuaValue {
        try run.stop.check()
        let result: Result<LuaValue, any Error>
        do {
            result = .success(try await run(body))
        } catch {
            result = .failure(error)
        }
        await run.hooks.callAll(unless: run.stop)
        if case .success = result { try run.stop.check() }
        return try result.get()
    }

    private func run(_ body: Function.Call) async throws -> LuaValue {
        switch function.kind {
        case .composite, .observation, .pure:
            var scope = TaskScope.current
            scope.call = call(.effect)
            scope.place = place
            return try await TaskScope.$current.withValue(scope) { try await naming(body) }
        case .step(let kind):
            return try await run.steps.step(call(kind), prelude: resume) { _ in try await body() }
        case .recorded(let kind):
            var scope = TaskScope.current
            scope.call = call(kind)
            return try await TaskScope.$current.withValue(scope) { try await naming(body) }
        }
    }

    private func call(_ kind: StepKind) -> StepCall {
        var call = StepCall(
            name: name,
            kind: kind,
            arguments: arguments,
            recovery: function.recovery(arguments),
            planned: function.planned(arguments)
        )
        call.place = place
        call.needs = function.needs.compactMap(\.permission)
        return call
    }

    /// What a resumed run does first with a call that was under way when the host died.
    private func resume(_ key: StepKey) async throws {
        guard let resumed = function.resumed, run.mode == .live,
            let recorded = try run.steps.positions.recorded[key], recorded.state == .intent
        else { return }
        try await resumed(run, arguments, key.description, Timestamp(microseconds: recorded.started))
    }

    /// Names the function in what is wrong with an argument: here, so that the journal has the whole message.
    private func naming(_ body: Function.Call) async throws -> LuaValue {
        do {
            return try await body()
        } catch let problem as ArgumentProblem {
            throw problem.error(in: name)
        }
    }
}

extension Function {
    /// The function as one run's scripts see it.
    func bound(to run: RunContext, module: String?) -> LuaHostFunction {
        let fullName = module.map { "\($0).\(name)" } ?? name
        let function = self
        switch body {
        case .immediate(let body):
            return LuaHostFunction(
                name,
                values: { arguments in
                    do {
                        try run.stop.check()
                        guard try run.admits(function.kind, fullName) else { return [.nil] }
                        return [try body(run, arguments)]
                    } catch let problem as ArgumentProblem {
                        throw problem.error(in: fullName)
                    }
                }
            )
        case .waiting(let prepare):
            return LuaHostFunction(
                name,
                waitingFrom: { arguments, place in
                    guard try run.admits(function.kind, fullName, at: place) else { return [.nil] }
                    let call = FunctionCall(
                        function: function,
                        name: fullName,
                        arguments: function.filled(arguments),
                        place: place,
                        run: run
                    )
                    let body: Call
                    do {
                        body = try prepare(run, call.arguments)
                    } catch let problem as ArgumentProblem {
                        throw problem.error(in: fullName)
                    }
                    let result = try await call.perform(body)
                    if function.returnsItems, case .table(let results) = result { return results.items }
                    return [result]
                }
            )
        }
    }

    /// The arguments with nil for an options table that was left out before a function: `task.map(list, fn)`.
    private func filled(_ arguments: [LuaValue]) -> [LuaValue] {
        var arguments = arguments
        for (index, parameter) in parameters.dropLast().enumerated() where !parameter.options.isEmpty {
            guard index < arguments.count, case .function = arguments[index] else { continue }
            arguments.insert(.nil, at: index)
        }
        return arguments
    }
}
