import CLua

/// A Lua coroutine that Swift drives step by step.
@safe struct LuaCoroutine {
    let state: OpaquePointer
    let slot: Int64
    /// What belongs to it alone, if anything does.
    var record: RunRecord?
}

/// How one step of a coroutine ended.
enum LuaStep {
    /// A host function waits for its answer.
    case waiting
    /// The time slice is over.
    case sliceOver
    /// It returned, failed, or was ended by force: C's word for it, and how many results there are.
    case ended(Int32, results: Int32)
}

extension LuaCore {
    /// What a run or call has alone; `nil` where it has nothing.
    func makeRecord(for cancellation: LuaCancellation, randomStream: UInt64?) throws(LuaError) -> RunRecord? {
        guard cancellation == .ofCall || isDeterministic else { return nil }
        let record = try RunRecord(graceTicks: Self.ticks(limits.grace))
        guard isDeterministic else { return record }
        if let randomStream {
            unsafe clua_run_name(host, record.run, randomStream)
        } else {
            unsafe clua_run_number(host, record.run)
        }
        return record
    }

    /// Compiles a source into a coroutine.
    func load(_ source: LuaSource) throws(LuaError) -> LuaCoroutine {
        guard source.bytes.count <= limits.sourceBytes else {
            throw LuaError(
                .syntax,
                "the source of '\(source.name)' has \(source.bytes.count) bytes; \(limits.sourceBytes) are allowed"
            )
        }
        var state: OpaquePointer?
        var slot: Int64 = 0
        var problem = unsafe clua_buffer()
        defer { unsafe clua_buffer_free(&problem) }
        let status = unsafe clua_load(
            host,
            source.bytes,
            source.bytes.count,
            source.chunkName,
            &state,
            &slot,
            &problem
        )
        guard status == LUA_OK, let state = unsafe state else {
            if status == LUA_ERRMEM { throw LuaError(.memoryLimit, memoryMessage) }
            let (place, message) = LuaError.split(unsafe problem.text)
            throw LuaError(.syntax, message, place: place)
        }
        return unsafe LuaCoroutine(state: state, slot: slot)
    }

    /// Makes a coroutine that will call a function, with its arguments.
    func start(_ function: LuaFunction, _ arguments: [LuaValue]) throws(LuaError) -> LuaCoroutine {
        guard function.slots === slots else {
            throw LuaError(.conversion, "a function of another Lua state cannot be called here")
        }
        var state: OpaquePointer?
        var slot: Int64 = 0
        guard unsafe clua_start(host, function.slot, &state, &slot, nil) == LUA_OK, let state = unsafe state
        else {
            throw LuaError(.memoryLimit, memoryMessage)
        }
        let coroutine = unsafe LuaCoroutine(state: state, slot: slot)
        do throws(LuaError) {
            try pushArguments(arguments, to: coroutine)
        } catch {
            release(coroutine)
            throw error
        }
        return coroutine
    }

    func pushArguments(_ arguments: [LuaValue], to coroutine: LuaCoroutine) throws(LuaError) {
        for argument in arguments {
            let isPushed: Bool
            do throws(LuaConversionError) {
                isPushed = unsafe try push(argument, to: coroutine.state)
            } catch {
                throw LuaError(.conversion, error.description)
            }
            guard isPushed else { throw LuaError(.memoryLimit, memoryMessage) }
        }
    }

    func release(_ coroutine: LuaCoroutine) {
        unsafe clua_end_run(host, coroutine.state)
        unsafe clua_release(host, coroutine.slot)
    }

    /// Runs a coroutine until it ends, waits or is interrupted.
    func resume(_ coroutine: LuaCoroutine, arguments: Int) -> LuaStep {
        var results: Int32 = 0
        // Only afterwards are slots free again: an answer that is pushed now may need one that was dropped.
        defer { releaseDropped() }
        defer { dropUnreached() }
        if let record = coroutine.record { unsafe clua_set_run(host, record.run) }
        defer { endOwnStep(of: coroutine) }
        let status = unsafe clua_resume(host, coroutine.state, Int32(arguments), &results)
        switch Int(status) {
        case Int(CLUA_AWAITING): return .waiting
        case Int(CLUA_SLICE_OVER): return .sliceOver
        default: return .ended(status, results: results)
        }
    }

    private func endOwnStep(of coroutine: LuaCoroutine) {
        if coroutine.record != nil { unsafe clua_set_run(host, nil) }
    }

    /// What a coroutine ended with.
    func result(of coroutine: LuaCoroutine, status: Int32, results: Int32) -> Result<[LuaValue], LuaError> {
        switch Int(status) {
        case Int(CLUA_FINISHED): returned(coroutine, results: Int(results))
        case Int(CLUA_TERMINATED): .failure(ending(coroutine))
        case Int(CLUA_FAILED): .failure(failure(of: coroutine))
        case Int(CLUA_YIELDED): .failure(LuaError(.runtime, "attempt to yield from outside a coroutine"))
        default: .failure(LuaError(.memoryLimit, memoryMessage))
        }
    }

    private func returned(_ coroutine: LuaCoroutine, results: Int) -> Result<[LuaValue], LuaError> {
        var values: [LuaValue] = []
        for index in stride(from: results, to: 0, by: -1) {
            do throws(LuaConversionError) {
                values.append(unsafe try pull(coroutine.state, Int32(-index)))
            } catch {
                return .failure(LuaError(.conversion, "result #\(values.count + 1): \(error)"))
            }
        }
        return .success(values)
    }

    // MARK: Failures

    var memoryMessage: String {
        let keys = unsafe clua_refused_keys(host)
        if keys > 0 { return "a table has more than \(keys) keys" }
        return "the script needs more than its \(limits.memoryBytes) bytes of memory"
    }

    /// Why a coroutine was ended by force. One that was ended alone has its variables closed first.
    private func ending(_ coroutine: LuaCoroutine) -> LuaError {
        guard unsafe clua_termination(host) == CLUA_GOES_ON, let record = coroutine.record else {
            return termination
        }
        unsafe clua_set_run(host, record.run)
        defer { endOwnStep(of: coroutine) }
        unsafe clua_close_run(host, coroutine.state)
        return LuaError(.cancelled, "the call was cancelled")
    }

    private var termination: LuaError {
        if unsafe clua_termination(host) == CLUA_CANCELLED {
            return LuaError(.cancelled, "the script was cancelled")
        }
        if unsafe clua_termination(host) == CLUA_OUT_OF_MEMORY {
            return LuaError(.memoryLimit, memoryMessage)
        }
        if unsafe clua_termination(host) == CLUA_OUT_OF_WALL_TIME { return wallTimeError }
        if unsafe clua_termination(host) == CLUA_OUT_OF_INSTRUCTIONS {
            let count = limits.instructions ?? 0
            return LuaError(.instructionLimit, "the script ran more than its \(count) instructions")
        }
        return LuaError(.timeLimit, "the script ran longer than its \(Self.text(of: limits.runningTime))")
    }

    var wallTimeError: LuaError {
        LuaError(
            .timeLimit,
            "the script took longer than its \(Self.text(of: limits.wallTime)) of wall clock time"
        )
    }

    private static func text(of duration: Duration?) -> String {
        let seconds = (duration ?? .zero) / .seconds(1)
        let number = Int(exactly: seconds).map { "\($0)" } ?? "\(seconds)"
        return "\(number) \(seconds == 1 ? "second" : "seconds")"
    }

    private func failure(of coroutine: LuaCoroutine) -> LuaError {
        var report = unsafe clua_report()
        var caps = caps
        if let record = coroutine.record { unsafe clua_set_run(host, record.run) }
        defer { endOwnStep(of: coroutine) }
        // SAFETY: the report is C's own and freed here; the coroutine is live.
        unsafe clua_describe_failure(host, coroutine.state, &caps, &report)
        defer { unsafe clua_report_free(&report) }
        // The text of an error value is made by the script, and can be what uses up its time.
        guard unsafe clua_termination(host) == CLUA_GOES_ON else { return termination }
        // The first line is a title, the last the C function that runs the script.
        let traceback = unsafe report.traceback.text.split(separator: "\n").dropFirst().dropLast()
            .map { $0.drop(while: \.isWhitespace) }.map(String.init)
        if unsafe report.error >= 0, let cause = error(unsafe report.error) {
            // An argument could not be taken over because the state is at its limit.
            if (cause as? LuaArgumentError)?.problem == "not enough memory" {
                return LuaError(.memoryLimit, memoryMessage, traceback: traceback)
            }
            let place = LuaError.split(unsafe report.where.text + " ").place
            let code: LuaError.Code = cause is CancellationError ? .cancelled : .hostFunction
            return LuaError(code, Self.message(of: cause), place: place, traceback: traceback, cause: cause)
        }
        if unsafe report.is_memory { return LuaError(.memoryLimit, memoryMessage, traceback: traceback) }
        let value = unsafe report.value.count > 0 ? decode(report.value.array) : .nil
        var (place, message) = LuaError.split(unsafe report.message.text)
        // A table without a text of its own: its contents say more than that it is one.
        if case .table(let table) = value, message.hasPrefix("table: ") {
            message = String(table.description.prefix(Int(CLUA_MESSAGE_LIMIT)))
        }
        return LuaError(.runtime, message, place: place, traceback: traceback, value: value)
    }
}
