public import BackupAPI
public import LuaKit
public import PluginHost
public import RunJournal

/// Delivers the messages that runs have sent and that were not delivered at once, again and again.
public struct OutboxDeliverer: Sendable {
    /// What became of a message.
    public enum Result: Hashable, Sendable {
        /// It was delivered.
        case delivered
        /// It was not, and is tried again at this time.
        case failed(String, next: Timestamp)
        /// It was not for three days, and is not tried any more.
        case givenUp(String)
    }

    /// How long a message that was never tried is left to the run that sent it.
    static let grace = Duration.seconds(60)

    private let journal: RunStore
    private let notifiers: Notifiers
    private let now: @Sendable () -> Timestamp
    private let observe: @Sendable (OutboxMessage, Result) -> Void

    /// Makes a deliverer; `observe` is told of each attempt.
    public init(
        journal: RunStore,
        notifiers: Notifiers,
        now: @escaping @Sendable () -> Timestamp,
        observe: @escaping @Sendable (OutboxMessage, Result) -> Void = { _, _ in }
    ) {
        self.journal = journal
        self.notifiers = notifiers
        self.now = now
        self.observe = observe
    }

    /// Tries each message that is due once, the oldest first, at most a hundred; with `all`, also those that were tried and
    /// whose time has not come. A provider that fails is not asked again this time, so that one that is down does not hold
    /// up the others.
    ///
    /// Throws when the journal cannot be read or written, and when the task is cancelled: that counts as no attempt.
    public func deliverDue(all: Bool = false) async throws {
        let messages = try await journal.dueMessages(at: all ? .max : now().microseconds, limit: 100)
        var failed: Set<String> = []
        for message in messages {
            try Task.checkCancellation()
            let (name, _) = Notifiers.split(message.target)
            let sent = Timestamp(microseconds: message.sent)
            guard message.attempts > 0 || now().since(sent) >= Self.grace, !failed.contains(name) else {
                continue
            }
            let failure = await failure(of: message, by: name)
            try Task.checkCancellation()
            if failure != nil { failed.insert(name) }
            try await note(failure, of: message, sent: sent)
        }
    }

    private func note(_ failure: String?, of message: OutboxMessage, sent: Timestamp) async throws {
        let time = now()
        let next = failure.flatMap { _ in
            DeliveryPlan.next(afterAttempts: message.attempts + 1, sent: sent, now: time)
        }
        let text = failure.map { next == nil ? "given up after three days: \($0)" : $0 }
        try await journal.noteDelivery(
            of: message.key,
            at: time.microseconds,
            next: next?.microseconds,
            error: text
        )
        switch (text, next) {
        case (let text?, let next?): observe(message, .failed(text, next: next))
        case (let text?, nil): observe(message, .givenUp(text))
        case (nil, _): observe(message, .delivered)
        }
    }

    private func failure(of message: OutboxMessage, by name: String) async -> String? {
        guard let provider = await notifiers.provider(name) else { return "there is no provider '\(name)'" }
        do {
            let body = try JSONReader.read(message.body)
            try await provider.send(try LuaDecoder.decode(Notice.self, from: body))
            return nil
        } catch {
            return LuaValue.record(JournalText.fields(of: error))["message"].text ?? "\(error)"
        }
    }
}

/// A provider that a script registers by `notify.provider`: the script is run for each message.
public struct ScriptProvider: NotificationProvider {
    private let host: PluginHost
    private let source: LuaSource
    private let name: String

    /// Makes a provider of a script that calls `notify.provider(name, …)`.
    public init(host: PluginHost, source: LuaSource, name: String) {
        self.host = host
        self.source = source
        self.name = name
    }

    /// Runs the script, and throws what it failed with.
    public func send(_ notification: Notice) async throws {
        let arguments = LuaValue.record([
            "deliver_by": .string(name), "notification": try LuaEncoder.encode(notification),
        ])
        let result = try await host.run(source, arguments: arguments)
        if let failure = result.failure { throw DeliveryFailure(description: failure.message) }
    }
}
