import BackupAPI
import LuaKit
public import PluginHost
import RunJournal

extension Module {
    /// More of `backup`: cleaning up and checks. A host adds it to its own `backup`.
    public static var backup: Module {
        Module("backup", "Starts, watches and stops backups.") {
            Function(
                "cleanup",
                "Removes snapshots that their configurations' 'retention' or 'keep' does not keep, and the data that only they used; waits until that is done. The newest complete backup of a configuration always stays.",
                .composite,
                Options<CleanupOptions>(),
                returns: "Cleanup: the cleanup's record",
                errors: [
                    "permission_denied", "unknown_agent", "unknown_configuration", "unsupported", "timed_out",
                    "cleanup_failed",
                ],
                needs: ["backup:cleanup"]
            ) { run, options in
                try await run.cleanUp(options)
            }
            Function(
                "check",
                "Looks whether the repository is sound, and answers what it has found; it waits until nothing else uses the repository. Damage is no error of the call, and makes the run's outcome failed, unless 'run.finish' says otherwise. A check that was cut off is done again.",
                .recorded(.effect),
                Options<CheckOptions>(),
                returns: "RepositoryCheck: what it has found",
                errors: [
                    "permission_denied", "timed_out", "unsupported", "repository_missing",
                    "repository_locked",
                    "wrong_password",
                ],
                needs: ["backup:check"]
            ) { run, options in
                try await run.check(options)
            }
            .planning { _ in .plannedCheck }
        }
        .documented(types: cleanupTypes, examples: cleanupExamples)
    }
}

/// The options of `backup.cleanup`.
struct CleanupOptions: OptionTable {
    var agent: OptionValue<AgentReference>?
    var configurations: OptionValue<ConfigurationList>?
    var timeout: OptionValue<TimeSpan>?

    static let fields: [ParameterDescription] = [
        .absent("agent", "agent", "Whose repository is cleaned. Default: that of the only agent."),
        .absent(
            "configurations",
            "list of configurations",
            "The ids or names of those that are cleaned up. Default: all."
        ),
        .absent(
            "timeout",
            "duration",
            "Raise 'timed_out' after so long; the cleanup goes on. Default: none."
        ),
    ]
}

/// A configuration's id or name, or a list of them, at most 1000.
enum ConfigurationList: ParameterKind {
    static var typeName: String { "list of configurations" }

    static func read(_ value: LuaValue) throws -> [String] {
        if case .string = value { return [try ConfigurationReference.read(value)] }
        guard case .table(let table) = value, table.fields.isEmpty, !table.items.isEmpty else {
            throw ArgumentProblem("list of configurations' ids or names expected, got \(value.shape)")
        }
        guard table.items.count <= 1_000 else {
            throw ArgumentProblem("at most 1000 configurations expected")
        }
        return try table.items.map(ConfigurationReference.read)
    }
}

extension RunContext {
    fileprivate func cleanUp(_ options: CleanupOptions) async throws -> LuaValue {
        let agent = options.agent.map { LuaValue.string($0.value) } ?? .nil
        let names = options.configurations?.value ?? []
        // Without names the step is what it was before there were any: a run that is older goes on.
        let named: [LuaValue] = names.isEmpty ? [] : [.array(names.map { .string($0) })]
        var call = StepCall(name: "backup.cleanup", kind: .start, arguments: [agent] + named)
        (call.function, call.needs) = ("backup.cleanup", currentCall.needs)
        let (steps, service) = (try steps, try service)
        let id = try await steps.start(
            call,
            prepare: {
                let agent = try await cleanedAgent(options.agent?.value)
                var ids: [ResourceID<Configuration>] = []
                for name in names { ids.append(try await configuration(name).id) }
                return .cleanup(agent, of: ids)
            },
            start: { request, key in
                guard case .cleanup(let agent, let ids) = request else { return "" }
                return try await service.startCleanup(agent, of: ids, key: key).id.rawValue
            }
        )
        var wait = StepCall(name: "backup.cleanup.wait", kind: .wait, arguments: [id])
        wait.isIntended = options.timeout != nil
        wait.planned = .untold(.record(["state": "completed", "outcome": "ok"]))
        let record = try await steps.step(
            wait,
            learn: { record in
                if let outcome = record["outcome"].text.flatMap(Outcome.init) { outcomes.note(outcome) }
            },
            body: { began in
                let cleanup = try await lastCleanup(
                    ResourceID(id.text ?? ""),
                    since: began,
                    within: options.timeout?.value
                )
                if let outcome = cleanup.state.outcome { outcomes.note(outcome) }
                return try .record(of: cleanup)
            }
        )
        guard ["ok", "warning"].contains(record["outcome"].text) else {
            throw CleanupEndedBadly(record: record)
        }
        return record
    }

    private func cleanedAgent(_ reference: String?) async throws -> ResourceID<Agent> {
        if let reference { return try await agent(reference).id }
        let all = try await service.agents()
        guard all.count == 1, let only = all.first else {
            throw ArgumentProblem(
                "there are \(all.count) agents: 'agent' expected, one of \(all.map(\.name).joined(separator: ", "))"
            )
        }
        return only.id
    }

    private func lastCleanup(_ id: ResourceID<Cleanup>, since began: Timestamp, within timeout: Duration?)
        async throws -> Cleanup
    {
        let time = timeout.map { self.time($0, since: began) }
        var pause = Duration.milliseconds(250)
        while true {
            let cleanup = try await service.cleanup(id)
            if cleanup.state.isFinal { return cleanup }
            let left = time?.left ?? pause
            guard left > .zero else {
                throw BackupError(
                    .timedOut,
                    "cleanup '\(id)' was not over after \(Figures.duration(timeout ?? .zero))",
                    fix: "It goes on.",
                    isRetryable: true
                )
            }
            try await environment.clock.sleep(for: min(pause, left))
            pause = min(pause * 2, .seconds(5))
        }
    }
}

extension LuaValue {
    fileprivate static func record(of cleanup: Cleanup) throws -> LuaValue {
        guard case .table(var table) = try LuaEncoder.encode(cleanup).withoutNulls else { return .nil }
        table.fields["outcome"] = cleanup.state.outcome.map { .string($0.rawValue) } ?? .nil
        return .table(table)
    }
}

/// What `backup.cleanup` raises when the cleanup's outcome is neither ok nor warning.
private struct CleanupEndedBadly: LuaErrorConvertible, CustomStringConvertible {
    let record: LuaValue

    var description: String {
        // A cleanup that is over has no diagnostics in the contract (2.8.5).
        let diagnostics = record["errors"]["diagnostics"].text ?? record["errors"]["reason"].text ?? ""
        return "the cleanup ended as \(record["state"].text ?? "unknown")"
            + (diagnostics.isEmpty ? "" : ": \(diagnostics)")
    }

    var luaMessage: String { description }

    var luaFields: [String: LuaValue] {
        [
            "code": "cleanup_failed", "message": .string(description),
            "retryable": .boolean(record.hasFailedForNow), "data": record,
        ]
    }
}
