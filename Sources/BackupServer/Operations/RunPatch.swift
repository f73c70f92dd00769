import BackupAPI

/// What may be said of a backup, a restore or a cleanup in a PATCH (contract 4.1).
struct RunPatch {
    private let name: String
    private let paths: [String]
    private let states: [ActivityState]
    private let finalStates: [ActivityState]

    static let backup = RunPatch(
        name: "backup",
        paths: [
            "/state", "/started_time", "/ended_time", "/snapshot_id", "/errors", "/files_searched",
            "/files_backed_up",
            "/bytes_searched", "/bytes_backed_up", "/bytes_in_db", "/bandwidth_avg_bps",
        ],
        states: ActivityState.backupStates,
        finalStates: endStates + [.skipped, .missed]
    )

    static let restore = RunPatch(
        name: "restore",
        paths: [
            "/state", "/started_time", "/ended_time", "/errors", "/files_restored", "/files_restores",
            "/bytes_restored",
        ],
        states: [.queued, .preparing, .inProgress, .stopRequested] + endStates,
        finalStates: endStates
    )

    static let cleanup = RunPatch(
        name: "cleanup",
        paths: [
            "/state", "/started_time", "/ended_time", "/snapshot_ids", "/errors", "/bytes_before",
            "/bytes_after",
        ],
        states: [.queued, .inProgress, .stopRequested] + endStates,
        finalStates: endStates
    )

    private static let endStates: [ActivityState] = [.completed, .completedWithErrors, .failed, .stopped]

    /// Answers a PATCH: a stop is done by `stop`, and the reports of agents are refused.
    func answer(_ call: Call, _ stop: () async throws -> Void) async throws -> Answer {
        let operations = try PatchOperation.read(
            call.json(),
            operations: ["replace", "add"],
            paths: paths
        )
        var problems: [String] = []
        for operation in operations where operation.path == "/state" {
            guard let text = operation.value.stringValue else {
                problems.append(
                    "[\(operation.index)].value: expected a string, found \(operation.value.kind)"
                )
                continue
            }
            if !states.contains(ActivityState(rawValue: text)) {
                problems.append("[\(operation.index)].value: '\(text)' is no state of a \(name)")
            }
        }
        guard problems.isEmpty else { throw Fault.validation(problems) }
        guard operations.allSatisfy({ $0.path == "/state" && $0.value.stringValue == "stop_requested" })
        else {
            throw Fault.forbidden(
                "only the agent that runs a \(name) may report on it; a client may set /state to stop_requested"
            )
        }
        guard !operations.isEmpty else { return .noContent }
        do { try await stop() } catch let error as BackupError where error.code == .conflict {
            let states = finalStates.map { "'\($0)'" }.joined(separator: ", ")
            throw Fault(status: 409, message: "\(name) is already in one of the states [\(states)]")
        }
        return .noContent
    }
}
