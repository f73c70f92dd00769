import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization

extension World {
    /// Runs a script as `moonkeep run` does, with all that its manifest asks for granted, and returns what came of it.
    func run(_ name: String, _ arguments: LuaValue) async throws -> LuaValue {
        let source = try source(named: name)
        return try await run(source, try await makeInspector().inspect(source), arguments)
    }

    /// Runs a workflow whenever its manifest says so.
    func runAsScheduled(_ name: String, from: Timestamp?, to: Timestamp, _ arguments: LuaValue) async throws
        -> LuaValue
    {
        let source = try source(named: name)
        let kind = try await makeInspector().inspect(source)
        guard case .workflow(let manifest) = kind, manifest.schedule != .nil else {
            throw TestProblem(
                "'\(source.name)' has no schedule",
                fix: "Put 'schedule = schedule.cron(…)' into its manifest."
            )
        }
        if let from { time.set(from) }
        let schedule = try WorkflowSchedule(manifest.schedule)
        let instant = Duration.microseconds(1)
        let slots = schedule.moments(
            after: time.now.advanced(by: .zero - instant),
            through: to.advanced(by: .zero - instant),
            limit: 1_000
        )
        var results: [LuaValue] = []
        for slot in slots {
            let slotText = LuaValue.string(slot.description)
            if time.now > slot, schedule.overlap == .skip {
                results.append(.record(["slot": slotText, "outcome": "skipped", "starts": .array([])]))
                continue
            }
            if slot > time.now { try await time.clock.sleep(for: slot.since(time.now)) }
            guard case .table(var result) = try await run(source, kind, arguments) else { continue }
            result.fields["slot"] = slotText
            results.append(.table(result))
        }
        if to > time.now { try await time.clock.sleep(for: to.since(time.now)) }
        return .array(results)
    }

    // MARK: Sources

    private func source(named name: String) throws -> LuaSource {
        let source: LuaSource
        if let text = state.withLock({ $0.files[name] }) {
            source = LuaSource(name: name, text: text)
        } else {
            let path = name.hasPrefix("/") ? name : file.base + "/" + name
            source = try settings.read(path, name.hasPrefix("/") ? name : file.shownBase + name)
        }
        coverage.add(source)
        return source
    }

    // MARK: Running

    private func run(_ source: LuaSource, _ kind: ScriptKind, _ arguments: LuaValue) async throws -> LuaValue
    {
        var (needs, arguments): ([Permission], LuaValue) = ([], arguments == .nil ? .record([:]) : arguments)
        if case .workflow(let manifest) = kind {
            needs = manifest.wants
            arguments = try manifest.complete(arguments)
        }
        let diary = RunDiary()
        let observe: @Sendable (RunEvent) -> Void = { [self] event in
            diary.note(event)
            notePrinted(event)
        }
        let before = try Counts(self)
        let began = time.now
        let killer = Killer(journal, after: crashPoints())
        let host = try makeHost(journal: killer.store, permissions: needs).granting(
            ScriptGrant(script: source.name, needs: needs.map(\.description))
        )
        var result = try await attempt(killer, host) { host in
            try await host.run(source, arguments: arguments, observe: observe)
        }
        while let id = killer.takeKilled() {
            let record = try await journal.run(id)
            result = try await attempt(killer, host) { host in
                try await host.resume(record, observe: observe)
            }
        }
        noteCrashes(of: killer, source)
        guard let result else { throw CancellationError() }
        // What the script said of an error that nobody caught is what a person has to know first.
        if let failure = result.failure {
            state.withLock { $0.lastFailure = "the run of '\(source.name)' ended so: \(failure)" }
        }
        return try await record(of: result, diary, before, began: began, killer)
    }

    /// `nil` when the run was killed before it had begun.
    private func attempt(
        _ killer: Killer,
        _ host: PluginHost,
        _ body: (PluginHost) async throws -> RunResult
    ) async throws -> RunResult? {
        do {
            return try await body(host)
        } catch let error as JournalError {
            guard killer.isKilled else { throw error }
            return nil
        }
    }

    private func crashPoints() -> [Int] {
        if case .running(_, let point?) = purpose { return [point] }
        return state.withLock { state in
            defer { state.crashPoints = [] }
            return state.crashPoints
        }
    }

    private func noteCrashes(of killer: Killer, _ source: LuaSource) {
        state.withLock { $0.crashCount += killer.crashCount }
        guard case .running(_, nil) = purpose, let left = killer.unusedPoint else { return }
        state.withLock {
            $0.complaints.append(
                "test.crash_at(\(left)): the run of '\(source.name)' was over after \(killer.commitCount) commits"
            )
        }
    }

    // MARK: What came of it

    /// How much there was before a run.
    private struct Counts {
        let starts: Int
        let messages: Int

        init(_ world: World) throws {
            starts = world.service.startedConfigurations.count
            messages = try world.journal.allMessages.count
        }
    }

    private func record(
        of result: RunResult,
        _ diary: RunDiary,
        _ before: Counts,
        began: Timestamp,
        _ killer: Killer
    ) async throws -> LuaValue {
        let starts = service.startedConfigurations.dropFirst(before.starts)
        let messages = try journal.allMessages.dropFirst(before.messages)
        let text = result.report.terminalLines(TerminalStyle(hasColour: false)).joined(separator: "\n")
        return .record([
            "outcome": .string(result.outcome.rawValue),
            "status": .string(result.status.rawValue),
            "message": result.message.map(LuaValue.string) ?? .nil,
            "error": result.failure.map(Self.record) ?? .nil,
            "returned": result.values.first?.withoutFunctions ?? .nil,
            "output": .array(diary.output.map(LuaValue.string)),
            "log": .array(diary.log),
            "report": .record(["text": .string(text), "markdown": .string(result.report.markdown)]),
            "starts": .array(starts.map { .string($0.rawValue) }),
            "notifications": .array(try messages.map(Self.record)),
            "unfinished": .array(result.unfinished.map { .string($0.configuration.id.rawValue) }),
            "began": .string(began.description),
            "duration_seconds": .number(time.now.since(began) / .seconds(1)),
            "commits": .integer(Int64(killer.commitCount)),
            "crashes": .integer(Int64(killer.crashCount)),
        ])
    }

    private static func record(of failure: RunFailure) -> LuaValue {
        .record([
            "code": .string(failure.code), "message": .string(failure.message),
            "fix": failure.fix.map(LuaValue.string) ?? .nil,
            "line": failure.place.map { .integer(Int64($0.line)) } ?? .nil,
            "file": failure.place.map { .string($0.script) } ?? .nil,
        ])
    }

    private static func record(of message: OutboxMessage) throws -> LuaValue {
        var fields: [String: LuaValue] = ["target": .string(message.target)]
        let body = try LuaValue(json: message.body)
        for name in ["title", "body", "priority", "fields"] { fields[name] = body[name] }
        return .record(fields)
    }
}

extension LuaValue {
    /// The value as another state can have it: functions and objects are told in words.
    fileprivate var withoutFunctions: LuaValue {
        switch self {
        case .function, .object, .reference: .string("<\(kind)>")
        case .table(let table):
            .table(
                LuaTableValue(
                    items: table.items.map(\.withoutFunctions),
                    fields: table.fields.mapValues(\.withoutFunctions),
                    mark: table.mark
                )
            )
        case .nil, .null, .boolean, .integer, .number, .string: self
        }
    }
}

/// What a run has said, in all of its lives.
private final class RunDiary: Sendable {
    private let lines = Mutex<(output: [String], log: [LuaValue])>(([], []))

    var output: [String] { lines.withLock { $0.output } }
    var log: [LuaValue] { lines.withLock { $0.log } }

    func note(_ event: RunEvent) {
        switch event {
        case .output(let line): lines.withLock { $0.output.append(line) }
        case .log(let level, let message, let fields):
            let entry = LuaValue.record([
                "level": .string(level.rawValue), "message": .string(message), "fields": fields,
            ])
            lines.withLock { $0.log.append(entry) }
        default: break
        }
    }
}
