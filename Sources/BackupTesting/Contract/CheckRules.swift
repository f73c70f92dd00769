internal import BackupAPI

enum CheckRules {
    static let all: [Rule] = [
        Rule.whole("a repository that was just backed up to is sound, where the service can look") {
            fixture,
            _ in
            _ = try await fixture.finished(fixture.completing)
            for data in [CheckedData.none, .all, .percent(100), .bytes(1 << 30), .part(1, of: 1)] {
                guard let check = try await fixture.check(data) else { return }
                try expect(check.problems.isEmpty && check.packs.isEmpty, "no problems", found: check)
                try expect(
                    check.endedTime >= check.startedTime,
                    "an end after the start",
                    found: "\(check.startedTime) to \(check.endedTime)"
                )
            }
        },
        Rule.whole("a check of data out of their range is refused as invalid_request") { fixture, _ in
            _ = try await fixture.finished(fixture.completing)
            guard try await fixture.check(.none) != nil else { return }
            for data in [CheckedData.percent(0), .percent(101), .bytes(0), .part(3, of: 2)] {
                try await expect(.invalidRequest, of: "a check of \(data)") {
                    _ = try await fixture.service.check(data)
                }
            }
        },
    ]
}

extension Fixture {
    /// What a check finds; `nil` where the service cannot look.
    fileprivate func check(_ data: CheckedData) async throws -> RepositoryCheck? {
        do {
            return try await service.check(data)
        } catch let error as BackupError where error.code == .unsupported {
            return nil
        }
    }
}
