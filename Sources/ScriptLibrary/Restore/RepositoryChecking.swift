package import BackupAPI
package import LuaKit
import PluginHost
import RunJournal

/// The options of `backup.check`.
struct CheckOptions: OptionTable {
    var readData: OptionValue<DataToRead>?
    var timeout: OptionValue<TimeSpan>?

    private enum CodingKeys: String, CodingKey {
        case readData = "read_data"
        case timeout
    }

    static let fields: [ParameterDescription] = [
        .absent(
            "read_data",
            "boolean or string or integer",
            "How much of the data is read, beside the structure: true for all, a part at random as \"5%\" or a size such as \"10GiB\", or one of several parts as \"1/7\". Default: false, for none."
        ),
        .absent("timeout", "duration", "End the check and raise 'timed_out' after so long. Default: none."),
    ]
}

/// How much a check reads: `true`, `"5%"`, `"1/7"` or a size.
package enum DataToRead: ParameterKind {
    package static var typeName: String { "boolean or string or integer" }

    package static func read(_ value: LuaValue) throws -> CheckedData {
        let data: CheckedData?
        switch value {
        case .boolean(let isAll): data = isAll ? .all : CheckedData.none
        case .integer(let bytes): data = .bytes(bytes)
        case .string(let text): data = text.text.flatMap(Self.data)
        default: data = nil
        }
        guard let data else {
            throw ArgumentProblem(
                "true, false, a share such as \"5%\", a part such as \"1/7\" or a size such as \"10GiB\" expected, got \(value.shown)"
            )
        }
        if let problem = data.problem { throw ArgumentProblem("\(problem), got \(value.shown)") }
        return data
    }

    private static func data(_ text: String) -> CheckedData? {
        if text.hasSuffix("%") { return Double(text.dropLast()).map { .percent($0) } }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let part = Int(parts[0]), let count = Int(parts[1]) {
            return .part(part, of: count)
        }
        // restic's own way to write sizes.
        let short = "KMGT".contains { text.hasSuffix(String($0)) } ? text + "iB" : text
        return (try? ByteSize.read(.string(short))).map { .bytes($0) }
    }
}

extension RunContext {
    /// A step that checks the repository; one that was cut off is done again.
    func check(_ options: CheckOptions) async throws -> LuaValue {
        let data = options.readData?.value ?? CheckedData.none
        return try await steps.step(
            currentCall,
            learn: { record in
                if let outcome = record["outcome"].text.flatMap(Outcome.init) { outcomes.note(outcome) }
            },
            body: { began in
                let check = try await check(
                    data,
                    within: options.timeout.map { time($0.value, since: began) }
                )
                outcomes.note(check.outcome)
                return .record(of: check)
            }
        )
    }

    private func check(_ data: CheckedData, within time: StepTime?) async throws -> RepositoryCheck {
        guard let time else { return try await service.check(data) }
        let service = try service
        if let check = try await racing(
            { try await service.check(data) },
            against: { try await time.sleep() }
        ) {
            return check
        }
        throw BackupError(
            .timedOut,
            "the check was not over after \(Figures.duration(time.length))",
            fix: "Give it more time, or let it read less.",
            isRetryable: true
        )
    }
}

extension LuaValue {
    fileprivate static func record(of check: RepositoryCheck) -> LuaValue {
        .record([
            "outcome": .string(check.outcome.rawValue),
            "problems": .array(check.problems.map(LuaValue.string)),
            "packs": .array(check.packs.map(LuaValue.string)),
            "started_time": .string(check.startedTime.description),
            "ended_time": .string(check.endedTime.description),
        ])
    }

    /// What a plan returns for a check: nothing is wrong.
    static var plannedCheck: LuaValue {
        .record([
            "outcome": "ok", "problems": .array([]), "packs": .array([]),
            "started_time": "1970-01-01T00:00:00.000000Z", "ended_time": "1970-01-01T00:00:00.000000Z",
        ])
    }
}
