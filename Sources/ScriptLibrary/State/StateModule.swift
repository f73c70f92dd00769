import BackupAPI
import LuaKit
public import PluginHost
import RunJournal

extension Module {
    /// `state`: values that a script keeps from run to run.
    public static var state: Module {
        Module(
            "state",
            "Keeps values from run to run, for each script its own; keys that begin with \"shared/\" are all scripts'."
        ) {
            Function(
                "get",
                "Answers a value that was kept, or nil.",
                .step(.read),
                Parameter<StateName>(
                    "key",
                    "The key, 1 to 200 bytes; only \"shared/NAME\" needs the permission."
                ),
                returns: "any: the value, or nil",
                errors: ["permission_denied"],
                needs: Self.needs
            ) { run, name in
                let entry = try await run.journal.state(try run.stateKey(name))
                return try entry.map { try JournalText.decode($0.value) } ?? .nil
            }
            Function(
                "set",
                "Keeps a value, exactly once however often the run is interrupted.",
                .recorded(.effect),
                Parameter<StateName>("key", "The key."),
                Parameter<KeptValue>(
                    "value",
                    "Anything that JSON can hold, at most 256 KiB of it; 'delete' removes a key."
                ),
                errors: ["permission_denied"],
                needs: Self.needs
            ) { run, name, value in
                guard let value else {
                    throw ArgumentProblem("a value expected; 'state.delete' removes a key").at(2)
                }
                return try await run.setState(name, to: value)
            }
            Function(
                "compare_and_set",
                "Keeps a value only where the one that is kept is the expected one, so that no other run's change is lost.",
                .recorded(.effect),
                Parameter<StateName>("key", "The key."),
                Parameter<KeptValue>(
                    "expected",
                    "What is kept now; nil for nothing. 1 and 1.0 are not the same."
                ),
                Parameter<KeptValue>("value", "The new value; nil removes it."),
                returns: "boolean: whether it was the expected one and is changed now",
                errors: ["permission_denied"],
                needs: Self.needs
            ) { run, name, expected, value in
                try await run.setState(name, to: value, expecting: .some(expected))
            }
            .planning { _ in true }
            Function(
                "delete",
                "Removes a value; nothing happens where there is none.",
                .recorded(.effect),
                Parameter<StateName>("key", "The key."),
                errors: ["permission_denied"],
                needs: Self.needs
            ) { run, name in
                try await run.setState(name, to: nil)
            }
            Function(
                "list",
                "Answers the keys that begin with a prefix, in the order of their bytes.",
                .step(.read),
                OptionalParameter<Text>("prefix", "The begin of the keys. Default: all of the script's own."),
                returns: "list of StateEntry: what is kept",
                errors: ["permission_denied"],
                needs: Self.needs
            ) { run, prefix in
                try await run.listState(prefix ?? "")
            }
        }
        .documented(types: stateTypes, examples: stateExamples)
    }
}

/// The key of a value that is kept.
enum StateName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> String {
        let text = try Text.read(value)
        guard (1...200).contains(text.utf8.count), !text.contains("\0"), text != "shared/" else {
            throw ArgumentProblem("a key of 1 to 200 bytes without NUL expected, got \(value.shown)")
        }
        return text
    }
}

/// A value that JSON can hold, as the journal keeps it; `nil` for nothing.
enum KeptValue: ParameterKind {
    static let byteLimit = 256 << 10

    static var typeName: String { "any" }
    static var acceptsNil: Bool { true }

    static func read(_ value: LuaValue) throws -> String? {
        guard value != .nil else { return nil }
        do {
            _ = try JSONText.encode(value)
        } catch let error as LuaConversionError {
            throw ArgumentProblem("a value that JSON can hold expected: \(error.description)")
        } catch EncodingError.invalidValue(_, let context) {
            throw ArgumentProblem("a value that JSON can hold expected: \(context.debugDescription)")
        }
        let text = JournalText.encode(value)
        guard text.utf8.count <= byteLimit else {
            throw ArgumentProblem(
                "a value of at most \(Figures.bytes(Int64(byteLimit))) expected, got \(Figures.bytes(Int64(text.utf8.count)))"
            )
        }
        return text
    }
}

extension Module {
    fileprivate static let needs: [FunctionNeed] = [.permission("state:shared", whereBeginning: "shared/")]
}

extension RunContext {
    private static let sharedPrefix = "shared/"

    /// Whose value a key names. Throws `permission_denied` for a shared one that the run may not touch.
    fileprivate func stateKey(_ name: String) throws -> StateKey {
        guard name.hasPrefix(Self.sharedPrefix) else {
            return StateKey(namespace: "script:" + script, key: name)
        }
        try require(Permission("state", "shared"))
        return StateKey(namespace: "shared", key: String(name.dropFirst(Self.sharedPrefix.count)))
    }

    fileprivate func setState(
        _ name: String,
        to value: String?,
        expecting expected: String?? = nil
    ) async throws -> LuaValue {
        try await steps.commit(currentCall) { record, journal, claim in
            let key = try stateKey(name)
            let isSet = try await journal.setState(
                key,
                to: value,
                expecting: expected,
                recording: record,
                for: claim
            )
            return expected == nil ? .nil : .boolean(isSet)
        }
    }

    fileprivate func listState(_ prefix: String) async throws -> LuaValue {
        let key = try stateKey(prefix)
        let shown = prefix.hasPrefix(Self.sharedPrefix) ? Self.sharedPrefix : ""
        return .array(
            try await journal.states(in: key.namespace, prefix: key.key).map { entry in
                .record([
                    "key": .string(shown + entry.key.key),
                    "value": try JournalText.decode(entry.value),
                    "changed": .string(Timestamp(microseconds: entry.changed).description),
                ])
            }
        )
    }
}
