import LuaKit
import PluginHost
import Synchronization

/// A value about which a test says what it expects: what `expect(value)` answers.
///
/// Each method raises where the value is another one, and returns the expectation again.
final class Expectation: LuaObject {
    private let value: LuaValue
    /// What the value is, for messages; empty for nothing.
    private let label: String
    private let run: RunContext

    init(_ value: LuaValue, label: String?, run: RunContext) {
        self.value = value
        self.label = label.map { "\($0): " } ?? ""
        self.run = run
    }

    static let luaType = LuaObjectType<Expectation>("Expectation") { type in
        type.text { "expect(\($0.value.literal))" }
        type.method("equals") { (self: Expectation, expected: LuaValue) in
            guard let difference = Difference(expected: expected, got: self.value) else { return }
            throw self.failure(difference.text)
        }
        type.method("differs") { (self: Expectation, other: LuaValue) in
            guard Difference(expected: other, got: self.value) == nil else { return }
            throw self.failure("expected another value than \(other.literal)")
        }
        type.method("near") { (self: Expectation, expected: Double, tolerance: Double?) in
            try self.isNear(expected, tolerance ?? 1e-9)
        }
        type.method("contains") { (self: Expectation, part: LuaValue) in
            guard !self.value.contains(part) else { return }
            throw self.failure("expected a value with \(part.literal) in it, got \(self.value.literal)")
        }
        type.method("is_nil") { (self: Expectation) in try self.equals(.nil) }
        type.method("is_true") { (self: Expectation) in try self.equals(true) }
        type.method("is_false") { (self: Expectation) in try self.equals(false) }
        type.method("exists") { (self: Expectation) in
            guard self.value == .nil else { return }
            throw self.failure("expected a value, got nil")
        }
        type.method(
            "matches",
            waiting: { (self: Expectation, pattern: LuaBytes) in
                try await self.matches(pattern)
            }
        )
        type.method(
            "raises",
            waiting: { (self: Expectation, pattern: LuaValue) in
                try await self.raises(pattern)
            }
        )
    }

    private func failure(_ text: String) -> ExpectationFailed { ExpectationFailed(message: label + text) }

    private func equals(_ expected: LuaValue) throws {
        guard value != expected else { return }
        throw failure("expected \(expected.literal), got \(value.literal)")
    }

    private func isNear(_ expected: Double, _ tolerance: Double) throws {
        let number: Double? =
            switch value {
            case .integer(let integer): Double(integer)
            case .number(let number): number
            default: nil
            }
        if let number, abs(number - expected) <= tolerance { return }
        let wanted = LuaValue.number(expected).literal
        throw failure(
            "expected \(wanted), give or take \(LuaValue.number(tolerance).literal), got \(value.literal)"
        )
    }

    private func matches(_ pattern: LuaBytes) async throws {
        guard case .string = value else {
            throw failure(
                "expected a text that matches \(LuaValue.string(pattern).literal), got \(value.literal)"
            )
        }
        guard try await isMatch(value, pattern) else {
            throw failure(
                "expected a text that matches \(LuaValue.string(pattern).literal), got \(value.literal)"
            )
        }
    }

    /// Calls the value; returns what it raised.
    private func raises(_ pattern: LuaValue) async throws -> LuaValue {
        guard case .function(let function) = value else {
            throw failure("a function expected, got \(value.literal)")
        }
        do {
            _ = try await run.functions.callInStep(function, [])
        } catch let error as LuaError where error.code != .cancelled {
            let fields = JournalText.fields(of: error)
            guard case .string(let wanted) = pattern else { return .record(fields) }
            let message = LuaValue.string(error.message)
            let texts = [message, fields["message"] ?? message]
            for text in texts where try await isMatch(text, wanted) { return .record(fields) }
            if fields["code"] == pattern { return .record(fields) }
            throw failure(
                "expected an error that matches \(pattern.literal), got \((fields["message"] ?? message).literal)"
            )
        }
        throw failure(
            pattern == .nil
                ? "expected an error" : "expected an error that matches \(pattern.literal), got none"
        )
    }

    /// Whether a text has a match of a pattern as Lua writes it.
    private func isMatch(_ text: LuaValue, _ pattern: LuaBytes) async throws -> Bool {
        let code = "local text, pattern = ... return string.find(text, pattern) ~= nil"
        let source = LuaSource(name: "expect", text: code)
        return try await run.functions.evaluate(source, [text, .string(pattern)]).first == true
    }
}

extension LuaValue {
    /// Whether a text has another one in it, a list an element, or a table all fields of another one.
    fileprivate func contains(_ part: LuaValue) -> Bool {
        switch (self, part) {
        case (.string(let whole), .string(let piece)):
            piece.bytes.isEmpty || whole.bytes.firstRange(of: piece.bytes) != nil
        case (.table(let whole), .table(let piece)) where piece.kind == .record && whole.kind != .list:
            piece.fields.allSatisfy { key, value in (whole.fields[key] ?? .nil).covers(value) }
        case (.table(let whole), _):
            (whole.items + whole.fields.values).contains { $0.covers(part) }
        default: false
        }
    }

    /// Whether it is equal to another one, or a table that has all its fields.
    private func covers(_ other: LuaValue) -> Bool {
        if Difference(expected: other, got: self) == nil { return true }
        guard case .table(let table) = other, table.kind == .record, case .table = self else { return false }
        return contains(other)
    }
}

extension [UInt8] {
    fileprivate func firstRange(of part: [UInt8]) -> Int? {
        guard part.count <= count else { return nil }
        return (0...count - part.count).first { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}

/// A value that is not what a test expects.
struct ExpectationFailed: LuaErrorConvertible, CustomStringConvertible {
    let message: String

    var description: String { message }
    var luaMessage: String { message }
    var luaFields: [String: LuaValue] {
        ["code": "expectation", "message": .string(message), "retryable": false]
    }
}

extension Function {
    /// `expect`, which tests call by its bare name.
    static var expect: Function {
        Function(
            "expect",
            "Says what a value has to be; what it is not fails the case, with both and where they differ.",
            .pure,
            Parameter<Anything>("value", "What the test got."),
            OptionalParameter<Text>("label", "What it is, for the message."),
            returns: "Expectation: what says what the value has to be",
            immediate: { run, value, label in
                .object(Expectation(value, label: label, run: run))
            }
        )
        .example(TestDocumentation.expectExample)
    }
}
