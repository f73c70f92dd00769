import BackupAPI
import Synchronization

/// The secrets of one host: asks the providers, and knows what must not be written down.
public final class SecretKeeper: Sendable {
    /// A shorter one cannot be told from other text, and so not be kept out of it.
    static let shortestBytes = 4
    static let longestBytes = 64 << 10

    private let providers: [any SecretProvider]
    private let memory = Mutex(Memory())

    private struct Memory {
        /// Handed to a script and not read yet, though perhaps in what a program wrote before.
        var unread: Set<String> = []
        /// Those that were looked for only because of that: once, since a provider may be a program.
        var tried: Set<String> = []
        /// All values that each had while this process ran.
        private(set) var values: [String: Set<[UInt8]>] = [:]
        /// What finds all of them.
        private(set) var redactor = Redactor()

        mutating func add(_ value: [UInt8], of name: String) {
            guard values[name, default: []].insert(value).inserted else { return }
            redactor.add(value, of: name)
        }
    }

    /// Makes a keeper that asks the settings' providers.
    public init(_ settings: SecretsSettings) {
        providers = settings.providers
    }

    /// A handle for a script; the secret is looked for when it is used.
    func handle(for name: String) -> Secret {
        memory.withLock { memory in
            if memory.values[name] == nil, !memory.tried.contains(name) { memory.unread.insert(name) }
        }
        return Secret(name, keeper: self)
    }

    /// A secret as a text, for what the host program does itself. Throws `invalid_configuration` where there is none, where it cannot
    /// be used, and where it is not UTF-8 or has a NUL character.
    package func text(of name: String) async throws -> String {
        let bytes: [UInt8]
        do { bytes = try await reveal(name) } catch let error as ScriptError {
            throw BackupError(.invalidConfiguration, error.message, fix: error.fix)
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw BackupError(.invalidConfiguration, "the secret '\(name)' is not a text")
        }
        return text
    }

    func reveal(_ name: String) async throws -> [UInt8] {
        for provider in providers {
            guard let value = try await provider.value(of: name) else { continue }
            guard value.count >= Self.shortestBytes else {
                throw ScriptError(
                    .unknownSecret,
                    "the secret '\(name)' has only \(value.count) bytes, in \(provider.place(of: name))",
                    fix: "Give it \(Self.shortestBytes) or more: a shorter one cannot be kept out of logs."
                )
            }
            memory.withLock { $0.add(value, of: name) }
            return value
        }
        let places = providers.map { $0.place(of: name) }
        throw ScriptError(
            .unknownSecret,
            "there is no secret '\(name)'",
            fix: places.isEmpty
                ? "This site has no place for secrets; name one in its file."
                : "Put it into \(places.joined(separator: ", or "))."
        )
    }

    /// Another form in which a secret was sent.
    func note(_ form: String, as name: String) {
        memory.withLock { $0.add(Array(form.utf8), of: name) }
    }

    /// What takes the secrets out of what comes from outside: all that this process has used, and those that scripts hold
    /// a handle of, since a program that got one before a restart may have written it down.
    func redactor() async -> Redactor {
        let unread = memory.withLock { memory in
            let unread = memory.unread.filter { memory.values[$0] == nil }
            memory.tried.formUnion(unread)
            memory.unread = []
            return unread
        }
        // One that cannot be read now is nowhere that this run could have put it.
        for name in unread { _ = try? await reveal(name) }
        return memory.withLock { $0.redactor }
    }
}
