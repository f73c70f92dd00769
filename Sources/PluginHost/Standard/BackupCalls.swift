package import BackupAPI
import LuaKit
import RunJournal

extension RunContext {
    /// The configuration that a script names; a misspelt name is a bad argument with a suggestion.
    package func configuration(_ reference: String) async throws -> Configuration {
        do {
            return try await service.configuration(idOrName: reference)
        } catch let error as BackupError where error.code == .unknownConfiguration {
            throw ArgumentProblem(error.asArgumentProblem, code: error.code.description)
        }
    }
}

/// What `backup` does for one run.
struct BackupCalls {
    let run: RunContext
    let steps: StepRecorder
    let service: any BackupService

    init(_ run: RunContext) throws {
        (self.run, steps, service) = (run, try run.steps, try run.service)
    }

    /// A step that starts a backup.
    func start(_ call: StepCall, _ reference: String) async throws -> LuaValue {
        var call = call
        call.planned = .answer { [steps] in .string("\(PlannedBackup.prefix)\(steps.plannedSteps.count)") }
        return try await steps.start(
            call,
            learn: { run.backups.noteStart(of: ResourceID($0.text ?? ""), in: run) },
            prepare: {
                return .backup(try await run.configuration(reference).id)
            },
            found: { await noteStart(of: ResourceID($0), configuration: reference) },
            start: { [run, service] request, key in
                guard case .backup(let configuration) = request else { return "" }
                let backup = try await service.start(configuration, key: key)
                run.backups.noteStart(of: backup, configuration: reference, in: run)
                return backup.id.rawValue
            }
        )
    }

    /// Notes a start whose answer was lost. It is in the journal already, so nothing may fail here.
    private func noteStart(of id: ResourceID<Backup>, configuration reference: String) async {
        do {
            let backup = try await service.backup(id)
            run.backups.noteStart(of: backup, configuration: reference, in: run)
        } catch {
            run.backups.noteStart(of: id, in: run)
        }
    }

    /// A start and a wait; raises unless the outcome is ok or warning.
    func startAndWait(_ reference: String, _ options: WaitOptions) async throws -> LuaValue {
        var call = StepCall(name: "backup.start", kind: .start, arguments: [.string(reference)])
        (call.function, call.needs) = ("backup.run", run.currentCall.needs)
        let started = try await start(call, reference)
        let wait = StepCall(name: "backup.wait", kind: .wait, arguments: [started])
        let record = try await self.wait(wait, ResourceID(started.text ?? ""), options)
        let state = ActivityState(rawValue: record["state"].text ?? "")
        guard state.outcome == .ok || state.outcome == .warning else {
            throw BackupEndedBadly(configuration: reference, backup: record, state: state)
        }
        return record
    }

    /// Reads something of a backup, or returns what a plan has of one that it would start.
    func read(
        _ id: ResourceID<Backup>,
        planned: () throws -> LuaValue,
        _ body: (any BackupService) async throws -> LuaValue
    ) async throws -> LuaValue {
        guard run.isPlan, id.rawValue.hasPrefix(PlannedBackup.prefix) else { return try await body(service) }
        return try planned()
    }

    /// Asks for a stop. One that was asked for before the host died may have been heard: then it is over or about to be.
    func stop(_ id: ResourceID<Backup>) async throws -> LuaValue {
        do {
            return try .record(of: try await service.stop(id))
        } catch let error as BackupError where error.code == .conflict {
            guard let step = TaskScope.current.step, steps.positions.recorded[step] != nil else {
                throw error
            }
            return try .record(of: try await service.backup(id))
        }
    }

    func list(_ options: ListOptions) async throws -> LuaValue {
        var filter = BackupFilter(limit: options.limit?.value ?? 100)
        if let reference = options.configuration?.value {
            filter.configuration = try await run.configuration(reference).id
        }
        filter.states = options.state.map { [$0.value] }
        return .array(try await service.backups(filter).map(LuaValue.record(of:)))
    }
}

extension BackupError {
    /// `no configuration is called 'web-file'; did you mean 'web-files'?`
    var asArgumentProblem: String {
        guard let fix else { return message }
        let hint = fix.prefix(1).lowercased() + fix.dropFirst()
        return "\(message); \(hint.hasSuffix(".") ? String(hint.dropLast()) : hint)"
    }
}
