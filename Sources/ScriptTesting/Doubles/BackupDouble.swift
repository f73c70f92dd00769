import BackupAPI
import BackupTesting
import LuaKit
import PluginHost

/// How a backup of a test goes: what `test.backups` makes of a table.
struct BackupDouble: OptionTable {
    var outcome: String?
    var duration: OptionValue<TimeSpan>?
    var delay: OptionValue<TimeSpan>?
    var errors: [LuaValue]?
    var reason: String?
    var diagnostics: String?
    var files: Int?
    var newFiles: Int?
    var bytes: OptionValue<Bytes>?
    var newBytes: OptionValue<Bytes>?
    var startError: StartError?

    enum CodingKeys: String, CodingKey {
        case outcome, duration, delay, errors, reason, diagnostics, files, bytes
        case newFiles = "new_files"
        case newBytes = "new_bytes"
        case startError = "start_error"
    }

    static let fields = [
        field(
            "outcome",
            "string",
            "The state in which it ends: \"completed\", \"completed_with_errors\", \"failed\", \"stopped\", \"missed\", \"skipped\"; or \"running\", until it is stopped. Default: completed, or completed_with_errors where there are errors."
        ),
        field("duration", "duration", "How long it is in progress. Default: 1m."),
        field("delay", "duration", "How long it is queued before. Default: 0."),
        field("errors", "list", "Paths, or tables {path, type, description}."),
        field("reason", "string", "The cause for machines."),
        field("diagnostics", "string", "The cause for people."),
        field("files", "integer", "Files searched. Default: 1222."),
        field("new_files", "integer", "Files that were new or changed. Default: 6."),
        field("bytes", "size", "Bytes searched. Default: 3700000000."),
        field("new_bytes", "size", "Bytes that were new or changed. Default: 127000000."),
        field(
            "start_error",
            "table",
            "{code, message, retryable}: it cannot be started; the next start takes the next table of the list."
        ),
    ]

    private static func field(_ name: String, _ type: String, _ summary: String) -> ParameterDescription {
        ParameterDescription(name, type, summary, isOptional: true)
    }

    /// Why it cannot be started.
    struct StartError: Decodable, Sendable {
        var code: String?
        var message: String?
        var retryable: Bool?
    }

    /// A number of bytes, or a text such as `"3GiB"`.
    enum Bytes: ParameterKind {
        static var typeName: String { "size" }

        static func read(_ value: LuaValue) throws -> Int64 {
            guard case .integer(let bytes) = try ArgumentType.size.read(value) else { return 0 }
            return bytes
        }
    }

    private static let states: [String: ActivityState] = [
        "completed": .completed, "completed_with_errors": .completedWithErrors, "failed": .failed,
        "stopped": .stopped, "missed": .missed, "skipped": .skipped,
    ]

    /// What the in-memory service does; moments are those of a clock. Throws what is wrong with the table.
    func script(by clock: ManualClock) throws -> BackupScript {
        if let startError { return .refuses(try startError.error) }
        let (wait, length) = (delay?.value ?? .zero, duration?.value ?? .seconds(60))
        var steps: [BackupScript.Step] = [.state(.queued)]
        if wait > .zero { steps.append(.pause(wait, clock)) }
        steps.append(.state(.inProgress))
        let total = figures
        for quarter in 1...4 {
            if length > .zero { steps.append(.pause(length / 4, clock)) }
            guard quarter < 4 else { break }
            steps.append(.progress(total.progress(quarter)))
        }
        if outcome == "running" { return BackupScript(steps: steps + [.untilStopped]) }
        return BackupScript(steps: steps + [.end(try end)])
    }

    private var figures: BackupFigures {
        BackupFigures(
            files: files ?? 1_222,
            newFiles: newFiles ?? min(files ?? 6, 6),
            bytes: bytes?.value ?? 3_700_000_000,
            newBytes: newBytes?.value ?? min(bytes?.value ?? 127_000_000, 127_000_000)
        )
    }

    private var end: BackupEnd {
        get throws {
            let items = try (errors ?? []).enumerated().map { try Self.item($1, at: $0) }
            let name = outcome ?? (items.isEmpty ? "completed" : "completed_with_errors")
            guard let state = Self.states[name] else {
                let known = Self.states.keys.sorted() + ["running"]
                let hint = known.nearest(to: name).map { "; did you mean '\($0)'?" }
                throw ArgumentProblem(
                    "outcome: there is no '\(name.printable)'\(hint ?? "; known are: " + known.joined(separator: ", "))"
                )
            }
            var end = BackupEnd(state: state, errors: items)
            switch state {
            case .completedWithErrors where items.isEmpty: end = .completedWithErrors()
            case .completedWithErrors:
                end.reason = "unable_to_process_some_files"
                end.diagnostics = "\(items.count) of the files could not be read"
            case .failed:
                end = .failed()
                end.errors = items
            default: break
            }
            if let reason { end.reason = reason }
            if let diagnostics { end.diagnostics = diagnostics }
            if state == .completed || state == .completedWithErrors { end.figures = figures }
            return end
        }
    }

    private static func item(_ value: LuaValue, at index: Int) throws -> ErrorItem {
        guard let path = value.text ?? value["path"].text else {
            throw ArgumentProblem(
                "errors[\(index + 1)]: a path, or a table with one expected, got \(value.shown)"
            )
        }
        return ErrorItem(
            index: index,
            path: path,
            type: value["type"].text ?? "file_or_folder_missing",
            description: value["description"].text ?? "could not be read"
        )
    }
}

extension BackupDouble.StartError {
    private static let codes: [BackupError.Code] = [
        .unreachable, .unauthorized, .forbidden, .conflict, .service, .storage, .timedOut, .diskFull,
        .toolMissing, .wrongPassword, .repositoryLocked, .repositoryMissing, .unsupported, .invalidRequest,
    ]

    fileprivate var error: BackupError {
        get throws {
            let name = code ?? "service"
            guard let code = Self.codes.first(where: { $0.description == name }) else {
                let known = Self.codes.map(\.description)
                throw ArgumentProblem(
                    "start_error.code: one of \(known.joined(separator: ", ")) expected, got '\(name.printable)'"
                )
            }
            return BackupError(
                code,
                message ?? "the backup cannot be started",
                isRetryable: retryable ?? (code == .unreachable)
            )
        }
    }
}

extension BackupScript.Step {
    /// Stands still for some time of a clock, from when the script comes here.
    fileprivate static func pause(_ duration: Duration, _ clock: ManualClock) -> BackupScript.Step {
        .waitFor {
            let gate = Gate()
            clock.open(gate, after: duration)
            return gate
        }
    }
}

extension BackupFigures {
    /// So many quarters of it.
    fileprivate func progress(_ quarters: Int) -> BackupProgress {
        BackupProgress(
            filesDone: files * quarters / 4,
            totalFiles: files,
            bytesDone: bytes / 4 * Int64(quarters),
            totalBytes: bytes
        )
    }
}
