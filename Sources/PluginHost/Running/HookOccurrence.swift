import BackupAPI
public import LuaKit
import RunJournal

/// An event that has happened in a run, once whatever the run is resumed.
public struct HookOccurrence: Sendable {
    /// The event's name.
    public let event: String
    /// What tells it from others of its event in the run, for example a backup's id; empty where it happens once.
    public let subject: String
    /// What hooks get of it. It is asked for only when one is called.
    public let fields: @Sendable () async -> [String: LuaValue]

    /// Makes an occurrence.
    public init(
        _ event: String,
        of subject: String = "",
        fields: @escaping @Sendable () async -> [String: LuaValue]
    ) {
        self.event = event
        self.subject = subject
        self.fields = fields
    }

    /// The path of the steps of a plugin's hooks.
    func path(of plugin: String) -> String {
        "hooks/\(event)\(subject.isEmpty ? "" : "/" + subject)/plugin:\(plugin)"
    }
}

extension HookOccurrence {
    /// Something happened to a backup, whose record is asked for where it is not known.
    static func backup(
        _ event: String,
        _ id: ResourceID<Backup>,
        of run: RunContext,
        record: Backup? = nil
    ) -> HookOccurrence {
        let service = try? run.service
        return HookOccurrence(event, of: id.rawValue) {
            let backup = if let record { record } else { try? await service?.backup(id) }
            let shown = backup.flatMap { try? LuaValue.record(of: $0) }
            return ["backup": shown ?? .record(["id": .string(id.rawValue)])]
        }
    }

    /// A step has failed.
    static func failure(of step: StepRecord) -> HookOccurrence {
        let place = "\(step.key.taskPath)#\(step.key.sequence)"
        return HookOccurrence("step.failed", of: place) {
            let error = step.error.flatMap { try? ReplayedError($0) }
            return [
                "step": .string(place), "name": .string(step.name),
                "error": .record(error?.luaFields ?? [:]),
            ]
        }
    }

    /// A run is over.
    static func finished(_ result: RunResult) -> HookOccurrence {
        HookOccurrence("run.finished") {
            [
                "outcome": .string(result.outcome.rawValue), "status": .string(result.status.rawValue),
                "message": result.message.map(LuaValue.string) ?? .nil,
            ]
        }
    }
}
