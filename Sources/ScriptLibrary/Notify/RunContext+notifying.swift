import BackupAPI
import LuaKit
import PluginHost
import RunJournal

extension RunContext {
    private var scriptProviders: ScriptProviders { attachment { ScriptProviders() } }

    /// Sends a message to each target: the message and the step that sends it are one commit, and a step that tries to
    /// deliver it follows.
    func notify(
        _ target: String,
        _ message: MessageOfScript,
        _ options: NotifyOptions,
        _ notifiers: Notifiers
    ) async throws -> LuaValue {
        let call = StepCall(
            name: "notify.send",
            kind: .effect,
            arguments: [.string(target), message.luaValue]
        )
        guard !isPlan else {
            try steps.plan(call)
            return true
        }
        guard try await isDue(target, options) else { return .nil }
        var isDelivered = true
        for name in notifiers.targets(of: target) {
            let call = StepCall(
                name: "notify.send",
                kind: .effect,
                arguments: [.string(name), message.luaValue]
            )
            let (key, sent) = try await post(call, named: target, to: name, message, notifiers)
            let delivery = StepCall(
                name: "notify.deliver",
                kind: .effect,
                arguments: [.string(name), .string(key)]
            )
            let answer = try await steps.step(delivery) { _ in
                try await deliver(message.notification(key, name, at: sent), to: name, notifiers)
            }
            isDelivered = isDelivered && answer == true
        }
        return .boolean(isDelivered)
    }

    /// Answers the message's key, and when it was sent.
    private func post(
        _ call: StepCall,
        named target: String,
        to name: String,
        _ message: MessageOfScript,
        _ notifiers: Notifiers
    ) async throws -> (key: String, sent: Timestamp) {
        let answer = try await steps.commit(call) { record, journal, claim in
            try require(Permission("notify", target))
            let (provider, _) = Notifiers.split(name)
            var isKnown = scriptProviders[provider] != nil
            if !isKnown { isKnown = await notifiers.provider(provider) != nil }
            guard isKnown else {
                let known = Set(await notifiers.names()).union(scriptProviders.names).sorted()
                throw UnknownTarget(target: target, known: known + notifiers.groups.keys.sorted())
            }
            var record = record
            let key = record.key.description
            let answer = LuaValue.record(["key": .string(key), "sent": .integer(record.started)])
            record.output = JournalText.encode(answer)
            let notification = message.notification(key, name, at: Timestamp(microseconds: record.started))
            try await journal.send(
                OutboxMessage(
                    key: key,
                    run: id,
                    target: name,
                    body: try JSONText.encode(notification),
                    sent: record.started
                ),
                recording: record,
                for: claim
            )
            return answer
        }
        let sent: Int64 = if case .integer(let sent) = answer["sent"] { sent } else { 0 }
        return (answer["key"].text ?? "", Timestamp(microseconds: sent))
    }

    /// Tries once; a failure is noted with the message, which is tried again later.
    private func deliver(_ notification: Notice, to name: String, _ notifiers: Notifiers) async throws
        -> LuaValue
    {
        let (provider, _) = Notifiers.split(name)
        var failure: String?
        do {
            if let function = scriptProviders[provider] {
                try await send(notification, by: function)
            } else if let provider = await notifiers.provider(provider) {
                try await provider.send(notification)
            } else {
                throw DeliveryFailure(description: "there is no provider '\(provider)' any more")
            }
        } catch {
            if isHalted || error is CancellationError || Task.isCancelled { throw error }
            failure = LuaValue.record(JournalText.fields(of: error))["message"].text ?? "\(error)"
        }
        let now = environment.now()
        let next = failure == nil ? nil : DeliveryPlan.next(afterAttempts: 1, sent: now, now: now)
        try await journal.noteDelivery(
            of: notification.key,
            at: now.microseconds,
            next: next?.microseconds,
            error: failure
        )
        if let failure {
            observe(
                .log(
                    .warn,
                    "the message '\(notification.title)' to '\(name)' could not be delivered and is tried again: \(failure)",
                    fields: .record([:])
                )
            )
        }
        return .boolean(failure == nil)
    }

    private func send(_ notification: Notice, by function: LuaFunction) async throws {
        let answer = try await functions.callInStep(function, [try LuaEncoder.encode(notification)])
        if answer == false { throw DeliveryFailure(description: "the provider answered false") }
    }

    // MARK: Failures in a row

    /// Whether a message is to be sent, as its options count failures in a row.
    private func isDue(_ target: String, _ options: NotifyOptions) async throws -> Bool {
        guard options.afterFailures != nil || options.onRecovery != nil || options.failed != nil else {
            return true
        }
        guard let failed = options.failed else {
            throw ArgumentProblem("failed: a boolean expected with 'after_failures' and 'on_recovery'").at(3)
        }
        let needed = options.afterFailures ?? 1
        guard (1...1_000).contains(needed) else {
            throw ArgumentProblem("after_failures: 1 to 1000 expected, got \(needed)").at(3)
        }
        let about = options.about?.value ?? target
        let call = StepCall(
            name: "notify.count",
            kind: .effect,
            arguments: [.string(about), .boolean(failed)]
        )
        let counted = try await steps.commit(call) { record, journal, claim in
            let key = StateKey(namespace: "notify:" + script, key: about)
            let last = try await journal.state(key).flatMap { Int($0.value) } ?? 0
            let isDue = failed ? last + 1 == needed : options.onRecovery == true && last >= needed
            var record = record
            record.output = isDue ? "true" : "false"
            _ = try await journal.setState(
                key,
                to: failed ? "\(last + 1)" : nil,
                expecting: nil,
                recording: record,
                for: claim
            )
            return .boolean(isDue)
        }
        return counted == true
    }

    // MARK: Providers

    /// Keeps a provider; in a run that was made to deliver one of its messages it delivers that.
    func register(_ name: String, _ function: LuaFunction) async throws -> LuaValue {
        scriptProviders.add(name, function)
        guard !isPlan, arguments["deliver_by"].text == name else { return .nil }
        let notification = try LuaDecoder.decode(Notice.self, from: arguments["notification"])
        let call = StepCall(
            name: "notify.deliver",
            kind: .effect,
            arguments: [.string(name), .string(notification.key)]
        )
        return try await steps.step(call) { _ in
            try await send(notification, by: function)
            return .nil
        }
    }
}

extension MessageOfScript {
    func notification(_ key: String, _ target: String, at sent: Timestamp) -> Notice {
        Notice(
            key: key,
            address: Notifiers.split(target).address,
            title: title,
            body: body,
            priority: priority,
            fields: fields,
            sent: sent.description
        )
    }
}

/// What `notify.send` raises for a target that the site does not have.
private struct UnknownTarget: LuaErrorConvertible, CustomStringConvertible {
    let target: String
    let known: [String]

    var description: String { "\(message). \(fix)" }
    var luaMessage: String { description }

    private var message: String { "nobody is called '\(target.printable)' to be notified" }
    private var fix: String {
        known.nearest(to: target).map { "Did you mean '\($0)'?" }
            ?? (known.isEmpty ? "The site has no providers." : "Known are: \(known.joined(separator: ", ")).")
    }

    var luaFields: [String: LuaValue] {
        ["code": "unknown_target", "message": .string(message), "fix": .string(fix), "retryable": false]
    }
}
