public import BackupAPI
internal import Synchronization

extension InMemoryBackupService {
    /// Answers what the next of the findings says; a word of 64 hexadecimal digits in it is a damaged pack.
    public func check(_ data: CheckedData) async throws -> RepositoryCheck {
        if let problem = data.problem { throw BackupError.invalidRequest([problem]) }
        return state.withLock { state in
            state.checkedData.append(data)
            let problems = state.findings.first ?? []
            if state.findings.count > 1 { state.findings.removeFirst() }
            let packs = problems.flatMap { $0.split(separator: " ") }.filter {
                $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit)
            }
            let began = state.moment()
            return RepositoryCheck(
                problems: problems,
                packs: packs.map(String.init),
                startedTime: began,
                endedTime: state.moment()
            )
        }
    }

    /// What all checks so far were asked to read, in order.
    public var checkedData: [CheckedData] { state.withLock { $0.checkedData } }

    /// Says what the next checks find, one after the other; the last one serves all that follow.
    public func setFindings(_ findings: [[String]]) {
        state.withLock { $0.findings = findings }
    }
}

extension InMemoryBackupService.State {
    fileprivate mutating func moment() -> Timestamp {
        lastMoment = now?() ?? lastMoment.advanced(by: .seconds(1))
        return lastMoment
    }
}
