import BackupAPI

/// What backups, restores and cleanups have in common.
extension Operations {
    /// What may be said of a kind of run in a PATCH (contract 4.1).
    struct RunPatch {
        let name: String
        let paths: [String]
        let states: [ActivityState]
        let finalStates: [ActivityState]
    }

    static let backupPatch = RunPatch(
        name: "backup",
        paths: [
            "/state", "/started_time", "/ended_time", "/snapshot_id", "/errors", "/files_searched",
            "/files_backed_up",
            "/bytes_searched", "/bytes_backed_up", "/bytes_in_db", "/bandwidth_avg_bps",
        ],
        states: ActivityState.backupStates,
        finalStates: [.completed, .completedWithErrors, .failed, .stopped, .skipped, .missed]
    )

    static let restorePatch = RunPatch(
        name: "restore",
        paths: [
            "/state", "/started_time", "/ended_time", "/errors", "/files_restored", "/files_restores",
            "/bytes_restored",
        ],
        states: [.queued, .preparing, .inProgress, .stopRequested] + endStates,
        finalStates: endStates
    )

    static let cleanupPatch = RunPatch(
        name: "cleanup",
        paths: [
            "/state", "/started_time", "/ended_time", "/snapshot_ids", "/errors", "/bytes_before",
            "/bytes_after",
        ],
        states: [.queued, .inProgress, .stopRequested] + endStates,
        finalStates: endStates
    )

    private static let endStates: [ActivityState] = [.completed, .completedWithErrors, .failed, .stopped]

    /// Answers a PATCH of a run: a stop is done by `stop`, and the reports of agents are refused.
    static func stop(_ call: Call, _ patch: RunPatch, _ stop: () async throws -> Void) async throws -> Answer
    {
        let operations = try PatchOperation.read(
            call.json(),
            operations: ["replace", "add"],
            paths: patch.paths
        )
        var problems: [String] = []
        for operation in operations where operation.path == "/state" {
            guard let text = operation.value.stringValue else {
                problems.append(
                    "[\(operation.index)].value: expected a string, found \(operation.value.kind)"
                )
                continue
            }
            if !patch.states.contains(ActivityState(rawValue: text)) {
                problems.append("[\(operation.index)].value: '\(text)' is no state of a \(patch.name)")
            }
        }
        guard problems.isEmpty else { throw Fault.validation(problems) }
        guard operations.allSatisfy({ $0.path == "/state" && $0.value.stringValue == "stop_requested" })
        else {
            throw Fault.forbidden(
                "only the agent that runs a \(patch.name) may report on it; a client may set /state to stop_requested"
            )
        }
        guard !operations.isEmpty else { return .noContent }
        do { try await stop() } catch let error as BackupError where error.code == .conflict {
            let states = patch.finalStates.map { "'\($0)'" }.joined(separator: ", ")
            throw Fault(status: 409, message: "\(patch.name) is already in one of the states [\(states)]")
        }
        return .noContent
    }

    /// Reads the state of a start, which must be asked for by a user (contract 2.3.1).
    static func readStartState(_ body: inout ObjectReader, _ call: Call) {
        guard let state = body.string("state"), state != "start_requested" else { return }
        if state == "start_scheduled" {
            body.note("state: the service makes its scheduled starts itself; use start_requested")
        } else {
            body.note("state: '\(state)' starts nothing; use start_requested")
        }
    }

    /// Reads the password of a vault, which must not be there: no vault here has one that a client knows.
    static func readNoPassword(_ body: inout ObjectReader) {
        if let password = body.optionalString("encrypted_password_hex"), !password.isEmpty {
            body.note("encrypted_password_hex: the vault is not encrypted for clients; use null")
        }
    }

    /// A list of path rules that must be there.
    static func rules(_ key: String, in body: inout ObjectReader) -> [PathRule]? {
        body.list(key, readRule)
    }

    static func readRule(_ fields: inout ObjectReader) -> PathRule? {
        let type = fields.string("type")
        let path = fields.string("path")
        guard let type, let path else { return nil }
        guard let kind = PathRule.Kind(rawValue: type) else {
            fields.note("type: '\(type)' is neither file nor folder")
            return nil
        }
        return PathRule(type: kind, path: path)
    }

    /// A key that comes again with another body: what it stands for is not what is asked for now.
    static func keyTaken(_ what: String, _ id: String) -> Fault {
        Fault(
            status: 422,
            message: "the Idempotency-Key was used with another body, for \(what) '\(id)'; use a new key"
        )
    }
}
