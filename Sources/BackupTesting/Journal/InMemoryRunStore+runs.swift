public import RunJournal

extension InMemoryRunStore {
    /// See ``RunStore/store(_:)``.
    public func store(_ source: ScriptSource) async throws(JournalError) {
        try write(.keep(source)) { content in content.keep(source) }
    }

    /// See ``RunStore/script(_:)``.
    public func script(_ sha256: String) async throws(JournalError) -> ScriptSource {
        try read { content throws(JournalError) in
            guard let source = content.sources[sha256] else { throw .unknownScript(sha256) }
            return source
        }
    }

    /// See ``RunStore/keep(_:as:for:)``.
    public func keep(_ source: ScriptSource, as module: String, for claim: RunClaim)
        async throws(JournalError)
    {
        try write(.keep(source)) { content throws(JournalError) in
            try content.check(claim)
            let kept = content.modules[claim.run]?[module] ?? source.sha256
            guard kept == source.sha256 else {
                throw .otherModule(module, run: claim.run, kept: kept, given: source.sha256)
            }
            content.keep(source)
            content.modules[claim.run, default: [:]][module] = source.sha256
        }
    }

    /// See ``RunStore/move(_:to:)``.
    public func move(_ claim: RunClaim, to source: ScriptSource) async throws(JournalError) {
        try write(.keep(source)) { content throws(JournalError) in
            try content.check(claim)
            var run = try content.openRun(claim.run)
            content.keep(source)
            (run.scriptName, run.scriptSHA256) = (source.name, source.sha256)
            content.update(run)
        }
    }

    /// See ``RunStore/modules(of:)``.
    public func modules(of run: RunRecord.ID) async throws(JournalError) -> [String: ScriptSource] {
        try read { content in (content.modules[run] ?? [:]).compactMapValues { content.sources[$0] } }
    }

    /// See ``RunStore/begin(_:source:)``.
    public func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError) -> RunClaim {
        guard source.sha256 == run.scriptSHA256 else { throw .otherScript(source, run: run) }
        return try write(.begin(run)) { content throws(JournalError) in try content.begin(run, source) }
    }

    /// See ``RunStore/take(_:owner:leaseEnd:)``.
    public func take(_ seen: RunRecord, owner: RunOwner, leaseEnd: Int64) async throws(JournalError)
        -> RunClaim
    {
        try write(.take(seen)) { content throws(JournalError) in
            var run = try content.openRun(seen.id)
            guard run.fence == seen.fence else { throw .takenAlready(seen.id) }
            (run.status, run.outcome, run.message, run.ended) = (.running, nil, nil, nil)
            (run.owner, run.leaseEnd) = (owner, leaseEnd)
            run.attempt += 1
            run.fence += 1
            content.update(run)
            return RunClaim(run: run.id, fence: run.fence)
        }
    }

    /// See ``RunStore/renew(_:leaseEnd:)``.
    public func renew(_ claim: RunClaim, leaseEnd: Int64) async throws(JournalError) -> Bool {
        try write(.renew(claim)) { content throws(JournalError) in
            var run = try content.check(claim)
            run.leaseEnd = leaseEnd
            content.update(run)
            return run.isCancellationRequested
        }
    }

    /// See ``RunStore/requestCancellation(of:)``.
    public func requestCancellation(of run: RunRecord.ID) async throws(JournalError) {
        try write(.requestCancellation(run)) { content throws(JournalError) in
            var record = try content.openRun(run)
            record.isCancellationRequested = true
            content.update(record)
        }
    }

    /// See ``RunStore/finish(_:_:)``.
    public func finish(_ claim: RunClaim, _ end: RunEnd) async throws(JournalError) {
        try write(.finish(end)) { content throws(JournalError) in
            try content.check(claim)
            content.end(try content.openRun(claim.run), end)
        }
    }

    /// See ``RunStore/runs(limit:)``.
    public func runs(limit: Int) async throws(JournalError) -> [RunRecord] {
        Array(allRuns.reversed().stablySorted { $0.started > $1.started }.prefix(max(0, limit)))
    }

    /// See ``RunStore/unfinishedRuns()``.
    public func unfinishedRuns() async throws(JournalError) -> [RunRecord] {
        allRuns.filter { !$0.status.isOver }.stablySorted { $0.started < $1.started }
    }

    /// See ``RunStore/run(_:)``.
    public func run(_ idOrPrefix: String) async throws(JournalError) -> RunRecord {
        let found = idOrPrefix.isEmpty ? [] : allRuns.filter { $0.id.hasPrefix(idOrPrefix) }
        if let run = found.first(where: { $0.id == idOrPrefix }) { return run }
        guard found.count < 2 else {
            throw .ambiguousRun(idOrPrefix, ids: Array(found.map(\.id).sorted().prefix(5)))
        }
        guard let run = found.first else { throw .unknownRun(idOrPrefix) }
        return run
    }
}

extension Sequence {
    /// Sorted, with equal elements in the order in which they were.
    func stablySorted(by isBefore: (Element, Element) -> Bool) -> [Element] {
        enumerated().sorted { one, other in
            if isBefore(one.element, other.element) { return true }
            return !isBefore(other.element, one.element) && one.offset < other.offset
        }.map(\.element)
    }
}
