import BackupAPI
import LuaKit
public import PluginHost
import RunJournal

extension Module {
    /// `agent`: the hosts that perform backups and restores.
    public static var agent: Module {
        Module("agent", "Tells of the agents: the hosts that perform backups and restores.") {
            Function(
                "list",
                "Answers all agents, in the order of their names.",
                .step(.read),
                returns: "list of Agent: their records",
                errors: ["unsupported"]
            ) { run in
                .array(try await run.service.agents().map { try LuaEncoder.encode($0).withoutNulls })
            }
            Function(
                "status",
                "Answers one agent, and what it does now.",
                .step(.read),
                Parameter<AgentReference>("agent", "An agent's id, name or record."),
                returns: "Agent: the agent's record, with 'activities'",
                errors: ["unknown_agent", "unsupported"]
            ) { run, reference in
                try await run.agentStatus(reference)
            }
            Function(
                "activate",
                "Wakes an agent, or all of them, so that they look for work soon; one that sleeps needs up to 20 seconds. The local service's is always awake.",
                .step(.effect),
                OptionalParameter<AgentReference>("agent", "An agent's id, name or record. Default: all."),
                errors: ["unknown_agent", "unsupported"]
            ) { run, reference in
                let agent =
                    if let reference { try await run.agent(reference).id } else { ResourceID<Agent>?.none }
                try await run.service.activate(agent)
                return .nil
            }
        }
        .documented(types: agentTypes, examples: agentExamples)
    }
}

/// An agent's id or name.
enum AgentReference: ParameterKind {
    static var typeName: String { "agent" }

    static func read(_ value: LuaValue) throws -> String { try value.reference("an agent's id or name") }
}

extension RunContext {
    /// The agent that has this id, or else this name.
    func agent(_ reference: String) async throws -> Agent {
        let all = try await service.agents()
        let found = all.first { $0.id.rawValue == reference } ?? all.first { $0.name == reference }
        guard let found else {
            var error = BackupError.unknownAgent(reference)
            error.message = "no agent has the id or name '\(reference.printable)'"
            error.fix = all.map(\.name).nearest(to: reference).map { "Did you mean '\($0)'?" }
            throw error
        }
        return found
    }

    fileprivate func agentStatus(_ reference: String) async throws -> LuaValue {
        let agent = try await agent(reference)
        let activities = try await service.activities(ActivityFilter(agent: agent.id))
        guard case .table(var record) = try LuaEncoder.encode(agent).withoutNulls else { return .nil }
        record.fields["activities"] = .array(
            activities.filter { !$0.state.isFinal }.map { activity in
                .record([
                    "id": .string(activity.id.rawValue), "type": .string("\(activity.type)"),
                    "state": .string(activity.state.rawValue),
                    "last_updated_time": .string(activity.lastUpdatedTime.description),
                ])
            }
        )
        return .table(record)
    }
}
