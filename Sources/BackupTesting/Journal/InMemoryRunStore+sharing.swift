public import RunJournal

extension InMemoryRunStore {
    /// See ``RunStore/lock(_:_:by:at:for:)``.
    public func lock(_ name: String, _ mode: LockMode, by step: StepKey, at time: Int64, for claim: RunClaim)
        async throws(JournalError) -> Bool
    {
        try write(.lock(name, step)) { content throws(JournalError) in
            try content.check(claim, step)
            _ = try content.openRun(claim.run)
            let holders = content.locks.filter { $0.name == name }
            if holders.contains(where: { $0.step == step }) { return true }
            guard !holders.contains(where: { $0.mode == .exclusive || mode == .exclusive }) else {
                return false
            }
            content.locks.append(JournalContent.Lock(name: name, mode: mode, step: step, since: time))
            content.waits.removeAll { $0.step == step }
            return true
        }
    }

    /// See ``RunStore/unlock(_:by:for:)``.
    public func unlock(_ name: String, by step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try write(.unlock(name, step)) { content throws(JournalError) in
            try content.check(claim, step)
            content.locks.removeAll { $0.name == name && $0.step == step }
        }
    }

    /// See ``RunStore/noteWait(_:for:)``.
    public func noteWait(_ wait: LockWait, for claim: RunClaim) async throws(JournalError) -> [LockWait] {
        try write(.wait(wait.step)) { content throws(JournalError) in
            try content.check(claim, wait.step)
            content.waits.removeAll { $0.step == wait.step }
            let circle = wait.circle(among: content.waits, holding: try content.lockRecords())
            if circle.isEmpty { content.waits.append(wait) }
            return circle
        }
    }

    /// See ``RunStore/stopWaiting(_:for:)``.
    public func stopWaiting(_ step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try write(.wait(step)) { content throws(JournalError) in
            try content.check(claim, step)
            content.waits.removeAll { $0.step == step }
        }
    }

    /// See ``RunStore/locks()``.
    public func locks() async throws(JournalError) -> [LockRecord] {
        try read { content throws(JournalError) in try content.lockRecords() }
    }

    /// See ``RunStore/state(_:)``.
    public func state(_ key: StateKey) async throws(JournalError) -> StateEntry? {
        try read { content in content.states[.init(key.namespace)]?[.init(key.key)] }
    }

    /// See ``RunStore/states(in:prefix:)``.
    public func states(in namespace: String, prefix: String) async throws(JournalError) -> [StateEntry] {
        try read { content in
            (content.states[.init(namespace)] ?? [:])
                .filter { $0.key.bytes.starts(with: prefix.utf8) }
                .sorted { $0.key < $1.key }
                .map(\.value)
        }
    }

    /// See ``RunStore/setState(_:to:expecting:recording:for:)``.
    public func setState(
        _ key: StateKey,
        to value: String?,
        expecting expected: String??,
        recording step: StepRecord,
        for claim: RunClaim
    ) async throws(JournalError) -> Bool {
        try write(.record(step)) { content throws(JournalError) in
            try content.check(claim, step.key)
            let current = content.states[.init(key.namespace)]?[.init(key.key)]?.value
            let isExpected =
                expected.map { $0.map(JournalContent.Text.init) == current.map(JournalContent.Text.init) }
                ?? true
            let changed = step.ended ?? step.started
            var record = step
            (record.state, record.ended) = (.done, changed)
            if expected != nil || step.output == nil { record.output = "\(isExpected)" }
            try content.checkNew(record)
            content.insert(record)
            if isExpected {
                let entry = value.map { StateEntry(key: key, value: $0, changed: changed) }
                content.states[.init(key.namespace), default: [:]][.init(key.key)] = entry
            }
            return isExpected
        }
    }

    /// See ``RunStore/send(_:recording:for:)``.
    public func send(_ message: OutboxMessage, recording step: StepRecord, for claim: RunClaim)
        async throws(JournalError)
    {
        try write(.record(step)) { content throws(JournalError) in
            try content.check(claim, step.key)
            guard message.run == claim.run else { throw .otherRunsMessage(message, claim) }
            try content.checkNew(step)
            guard !content.messages.contains(where: { $0.message.key == message.key }) else {
                throw .sentAlready(message)
            }
            content.insert(step)
            content.messages.append(JournalContent.Message(message: message, next: message.sent))
        }
    }

    /// See ``RunStore/dueMessages(at:limit:)``.
    public func dueMessages(at time: Int64, limit: Int) async throws(JournalError) -> [OutboxMessage] {
        try read { content in
            let due = content.messages.filter { $0.next.map { $0 <= time } ?? false }.map(\.message)
            return Array(due.stablySorted { $0.sent < $1.sent }.prefix(max(0, limit)))
        }
    }

    /// See ``RunStore/noteDelivery(of:at:next:error:)``.
    public func noteDelivery(of key: String, at time: Int64, next: Int64?, error: String?)
        async throws(JournalError)
    {
        try write(.noteDelivery(key)) { content in
            let found = content.messages.firstIndex { $0.message.key == key && $0.next != nil }
            guard let index = found else { return }
            content.messages[index].message.attempts += 1
            content.messages[index].message.lastError = error
            content.messages[index].next = next
        }
    }

    /// See ``RunStore/note(_:for:)``.
    public func note(_ event: RunNote, for claim: RunClaim) async throws(JournalError) {
        try write(.note(event)) { content throws(JournalError) in
            try content.check(claim)
            content.notes[claim.run, default: []].append(event)
        }
    }

    /// See ``RunStore/notes(of:)``.
    public func notes(of run: RunRecord.ID) async throws(JournalError) -> [RunNote] {
        try read { content in content.notes[run] ?? [] }
    }
}
