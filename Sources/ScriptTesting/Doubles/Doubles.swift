import BackupAPI
import LuaKit
import PluginHost
import ScriptLibrary
import Synchronization

/// The servers, programs and secrets of one test case, and what they were asked.
final class Doubles: OutsideDouble, SecretProvider {
    /// By `METHOD ADDRESS` or an address.
    let web = Answers()
    /// By a program, or a program with its first arguments.
    let programs = Answers()
    /// By the question, or its beginning with `*`.
    let people = Answers()
    private let time: VirtualTime
    private let memory = Mutex(Memory())

    private struct Memory {
        var secrets: [String: [UInt8]] = [:]
        var requests: [LuaValue] = []
        var commands: [LuaValue] = []
        var mails: [LuaValue] = []
        var questions: [LuaValue] = []
        /// Calls that nothing answers, one sentence each.
        var unanswered: [String] = []
    }

    init(time: VirtualTime) {
        self.time = time
    }

    /// Requests, in order: `method`, `url`, `headers`, `body`.
    var requests: [LuaValue] { memory.withLock { $0.requests } }
    /// Programs that were run, in order: `command`, `stdin`, `env`, `cwd`.
    var commands: [LuaValue] { memory.withLock { $0.commands } }
    /// Mails that were sent, in order: `to`, `subject`, `body`.
    var mails: [LuaValue] { memory.withLock { $0.mails } }
    /// What scripts asked a person, in order: `question`, `choices`, `default`, `details`.
    var questions: [LuaValue] { memory.withLock { $0.questions } }
    /// What was called and nobody answers.
    var unanswered: [String] { memory.withLock { $0.unanswered } }

    // MARK: Servers

    func answer(to request: WebRequest) async throws -> WebAnswer {
        let record = LuaValue.record([
            "method": .string(request.method), "url": .string(request.url),
            "headers": .record(request.headers.mapValues(LuaValue.string)),
            "body": .string(LuaBytes(request.body)),
        ])
        memory.withLock { $0.requests.append(record) }
        let call = "\(request.method) \(request.url)"
        guard let key = Self.key(for: request, in: web.keys), let answer = web.next(key) else {
            throw unanswered(call, web.keys, add: "test.http { [\"\(call)\"] = { status = 200 } }")
        }
        let value = try await Self.value(of: answer, for: record)
        let double = try Self.read(WebDouble.self, value, key)
        if let delay = double.delay { try await time.clock.sleep(for: delay.value) }
        guard double.unreachable != true else { throw ServerUnreachable("Connection refused") }
        return try double.answer()
    }

    /// The whole call, the address alone, or the longest beginning of either that ends in `*`.
    private static func key(for request: WebRequest, in keys: [String]) -> String? {
        match(["\(request.method) \(request.url)", request.url], in: keys)
    }

    /// One of the names, or the longest beginning of one that ends in `*`.
    private static func match(_ names: [String], in keys: [String]) -> String? {
        if let exact = names.first(where: keys.contains) { return exact }
        let beginnings = keys.filter { key in
            key.hasSuffix("*") && names.contains { $0.hasPrefix(key.dropLast()) }
        }
        return beginnings.max { $0.utf8.count < $1.utf8.count }
    }

    // MARK: Programs

    func end(of call: ProgramCall) async throws -> ProgramEnd {
        let record = LuaValue.record([
            "command": .array(call.command.map(LuaValue.string)), "stdin": .string(LuaBytes(call.input)),
            "env": .record(call.environment.mapValues(LuaValue.string)), "cwd": .string(call.folder),
        ])
        memory.withLock { $0.commands.append(record) }
        let words = call.command.joined(separator: " ")
        guard let key = Self.key(for: call.command, in: programs.keys), let end = programs.next(key) else {
            let name = Self.baseName(call.command.first ?? "")
            throw unanswered(words, programs.keys, add: "test.shell { [\"\(name)\"] = { stdout = \"\" } }")
        }
        let value = try await Self.value(of: end, for: record)
        return try Self.read(ProgramDouble.self, value, key).end
    }

    /// The longest key that the command begins with; a program may be named without its folder.
    private static func key(for command: [String], in keys: [String]) -> String? {
        guard let program = command.first else { return nil }
        let rest = command.dropFirst()
        let forms = [program, baseName(program)].map { ([$0] + rest).joined(separator: " ") }
        return keys.filter { key in forms.contains { $0 == key || $0.hasPrefix(key + " ") } }
            .max { $0.utf8.count < $1.utf8.count }
    }

    private static func baseName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    // MARK: Mails

    func note(_ mail: ScriptMail) {
        let record = LuaValue.record([
            "to": .string(mail.to), "subject": .string(mail.subject), "body": .string(mail.body),
        ])
        memory.withLock { $0.mails.append(record) }
    }

    // MARK: People

    /// What a person says; `nil` for nobody.
    func answer(to question: Question) async throws -> String? {
        let record = LuaValue.record([
            "question": .string(question.text), "choices": .array(question.choices.map(LuaValue.string)),
            "default": question.preset.map(LuaValue.string) ?? .nil,
            "details": question.details.map(LuaValue.string) ?? .nil,
        ])
        memory.withLock { $0.questions.append(record) }
        guard let key = Self.match([question.text], in: people.keys), let answer = people.next(key) else {
            // Nobody is there: what takes its default then needs no answer.
            guard question.deadline == nil else { return nil }
            let text = question.text.printable
            throw unanswered(
                text,
                people.keys,
                add: "test.answers { [\"\(text)\"] = \"\(question.choices[0])\" }"
            )
        }
        let value = try await Self.value(of: answer, for: record)
        if value == false { return nil }
        guard let text = value.text else {
            throw TestProblem(
                "the double '\(key)': a text, or false for nobody, expected, got \(value.shown)"
            )
        }
        return text
    }

    // MARK: Secrets

    func place(of name: String) -> String { "test.secrets { [\"\(name)\"] = \"…\" }" }

    func value(of name: String) async throws -> [UInt8]? { memory.withLock { $0.secrets[name] } }

    /// Sets secrets by their names.
    func setSecrets(_ secrets: [String: [UInt8]]) {
        memory.withLock { $0.secrets.merge(secrets) { $1 } }
    }

    // MARK: Answers

    /// A function of the test is asked with the call.
    private static func value(of answer: LuaValue, for call: LuaValue) async throws -> LuaValue {
        guard case .function(let function) = answer else { return answer }
        return try await function.call([call]).first ?? .nil
    }

    private static func read<Table: OptionTable>(_ type: Table.Type, _ value: LuaValue, _ key: String) throws
        -> Table
    {
        do {
            return try Options<Table>().read(value)
        } catch let problem as ArgumentProblem {
            throw TestProblem("the double '\(key)': \(problem.problem)")
        } catch let error as LuaConversionError {
            throw TestProblem("the double '\(key)': \(error)")
        }
    }

    private func unanswered(_ call: String, _ known: [String], add: String) -> TestProblem {
        let hint = known.isEmpty ? "" : "; known are: \(known.joined(separator: ", "))"
        let text = "no double answers '\(call)'\(hint)"
        memory.withLock { $0.unanswered.append("\(text). Add \(add).") }
        return TestProblem(text, fix: "Add \(add).")
    }
}

/// Something that is wrong with a test.
struct TestProblem: LuaErrorConvertible, CustomStringConvertible {
    let message: String
    let fix: String?

    init(_ message: String, fix: String? = nil) {
        self.message = message
        self.fix = fix
    }

    var description: String { fix.map { "\(message). \($0)" } ?? message }
    var luaMessage: String { description }
    var luaFields: [String: LuaValue] {
        [
            "code": "test_problem", "message": .string(message), "fix": fix.map(LuaValue.string) ?? .nil,
            "retryable": false,
        ]
    }
}
