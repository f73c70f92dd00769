package import RunJournal

extension ScriptSource {
    /// A script; it is not what has this SHA-256.
    package static func make(
        sha256: String = "5ca1ab1e",
        name: String = "nightly",
        text: String = "print('hello')"
    ) -> ScriptSource {
        ScriptSource(sha256: sha256, name: name, text: text, firstSeen: 1_000)
    }
}

extension RunOwner {
    /// The process that begins runs.
    package static let one = RunOwner(processID: 42, processStartTime: 1_234_567, bootID: "b00t")
    /// The process that takes runs over.
    package static let other = RunOwner(processID: 43, processStartTime: 7_654_321, bootID: "b007")
}

extension RunRecord {
    /// A run that begins.
    package static func make(_ id: String = "r1", started: Int64 = 1_000_000) -> RunRecord {
        RunRecord(
            id: id,
            scriptName: "nightly",
            scriptSHA256: "5ca1ab1e",
            arguments: #"{"site":"öl"}"#,
            seed: -7,
            owner: .one,
            leaseEnd: started + 30_000_000,
            started: started
        )
    }
}

extension StepRecord {
    /// The intent of a step.
    package static func make(
        _ sequence: Int,
        of run: String = "r1",
        task: String = "0",
        kind: StepKind = .start,
        externalReference: String? = nil
    ) -> StepRecord {
        StepRecord(
            key: StepKey(run: run, taskPath: task, sequence: sequence),
            name: "backup.\(kind)",
            kind: kind,
            watermark: #"{"newest":"b0"}"#,
            externalReference: externalReference,
            input: #"{"config":"etc"}"#,
            started: 2_000_000
        )
    }
}

extension OutboxMessage {
    /// A message that a run sends.
    package static func make(_ key: String, of run: String = "r1", sent: Int64 = 10) -> OutboxMessage {
        OutboxMessage(key: key, run: run, target: "ops", body: #"{"text":"done"}"#, sent: sent)
    }
}
