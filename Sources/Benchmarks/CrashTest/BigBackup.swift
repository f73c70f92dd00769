import Foundation

/// A real backup of much data whose host is killed while restic runs.
struct BigBackup {
    static let source = "big"
    private static let files = 32

    /// What becomes of restic when its host is dead.
    enum Variant: String, CaseIterable {
        case goesOn = "restic goes on and is adopted"
        case ends = "restic ends before the next host comes, and its spool is read"
        case dies = "restic dies too, and is started again once"
    }

    let folder: String
    let bytes: Int

    /// Whether all went well.
    func run() async throws -> Bool {
        let shared = folder + "/shared"
        try await ResticSite.prepare(shared)
        try ResticSite.makeSource("\(shared)/\(Self.source)", files: Self.files, ofBytes: bytes / Self.files)
        var isClean = true
        for variant in Variant.allCases {
            let problems = try await run(variant, shared: shared)
            say("\(problems.isEmpty ? "ok  " : "FAIL") \(variant.rawValue)")
            for problem in problems { say("     \(problem)") }
            isClean = isClean && problems.isEmpty
        }
        return isClean
    }

    private func run(_ variant: Variant, shared: String) async throws -> [String] {
        let own = "\(folder)/\(variant)"
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: own) }
        let site = ResticSite(shared: shared, folder: own, isSlow: false)
        try site.prepare()
        let order = WorkerOrder(folder: own, workflow: Workflow.big.name, service: .restic(site), seed: 1)
        let began = ContinuousClock.now
        let first = try Child(worker: order)
        let process = try await process(of: site, while: first)
        // So that it is in the middle of it.
        try await Task.sleep(for: .seconds(2), clock: .continuous)
        first.kill()
        guard await first.end(killedAfter: nil) == .killed else {
            throw CrashTestError("the worker has ended by itself")
        }
        guard Self.isAlive(process) else { throw CrashTestError("restic had ended already: take more data") }
        say("     host killed after \(Self.seconds(since: began)) s, restic is process \(process)")
        switch variant {
        case .goesOn: break
        case .ends: while Self.isAlive(process) { try await Self.pause() }
        case .dies: kill(-process, SIGKILL)
        }
        let ending = await (try Child(worker: order)).end(killedAfter: .seconds(600))
        guard ending == .done else { return ["the run did not come to its end: \(ending)"] }
        let entries = try await site.entries()
        let list = entries.map { "\($0.state) \($0.reason) process \($0.processID ?? 0)" }.joined(
            separator: ", "
        )
        say("     ended after \(Self.seconds(since: began)) s: \(list)")
        var problems = try await site.problems()
        // The same backup in any case; only where restic died it is the work of another one.
        let isAdopted = entries.first?.processID == process
        if entries.map(\.state) != ["completed"] || isAdopted == (variant == .dies) {
            problems.append("the backups are \(list)")
        }
        let answer = FileManager.default.contents(atPath: order.answerPath) ?? Data()
        let account = try JSONDecoder().decode(Account.self, from: answer)
        if account.report != ["completed \(bytes)"] { problems.append("the report says \(account.report)") }
        return problems
    }

    /// Waits until restic runs.
    private func process(of site: ResticSite, while child: Child) async throws -> Int32 {
        while child.isRunning {
            if let process = try await site.entries().last?.processID { return process }
            try await Self.pause()
        }
        throw CrashTestError("restic was not started")
    }

    private static func isAlive(_ process: Int32) -> Bool { kill(-process, 0) == 0 }

    private static func pause() async throws {
        try await Task.sleep(for: .milliseconds(50), clock: .continuous)
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Int {
        Int((.now - start) / .seconds(1))
    }
}
