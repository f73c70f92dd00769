import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal

/// A site whose run stops and is taken up again: by a host of its own each time, over one journal and one service.
///
/// A script that prints `stop` is stopped there the first time.
struct Revival {
    let service: any BackupService
    let journal: RunStore
    let clock = ManualClock()
    let news = Box<[RunEvent]>([])
    let executor: LuaExecutor
    var now: @Sendable () -> Timestamp = { .sample }
    var limits = LuaLimits()
    var modules: [Module] = []
    var change: @Sendable (inout HostEnvironment) -> Void = { _ in }

    init(
        scripts: [String: BackupScript] = [:],
        service: (any BackupService)? = nil,
        journal: RunStore = RunStore()
    ) throws {
        let named = scripts.map { (ResourceID<Configuration>($0), [$1]) }
        self.service =
            service
            ?? InMemoryBackupService(
                [.make("web-files"), .make("mail")],
                scripts: Dictionary(uniqueKeysWithValues: named)
            )
        self.journal = journal
        executor = try LuaExecutor()
    }

    func makeHost(service: (any BackupService)? = nil, journal: RunStore? = nil) -> PluginHost {
        var environment = HostEnvironment(
            now: now,
            clock: clock,
            makeID: { "r1" },
            makeSeed: { 7 },
            owner: RunOwner(processID: 42, processStartTime: 1, bootID: "b00t"),
            tickInterval: .zero
        )
        change(&environment)
        return PluginHost(
            service: service ?? self.service,
            journal: journal ?? self.journal,
            executor: executor,
            environment: environment,
            limits: limits,
            extraModules: modules
        )
    }

    /// Runs a script to its end, or until it prints `stop`.
    @discardableResult
    func run(_ text: String, journal: RunStore? = nil) async throws -> RunResult {
        let control = RunControl()
        return try await makeHost(journal: journal).run(
            LuaSource(name: "test.lua", text: text),
            control: control,
            observe: { [news] event in
                news.change { $0.append(event) }
                if case .output("stop") = event { control.interrupt() }
            }
        )
    }

    /// Takes the run up again; its news take the place of the earlier ones.
    @discardableResult
    func resume(source: String? = nil, journal: RunStore? = nil) async throws -> RunResult {
        news.change { $0 = [] }
        return try await makeHost(journal: journal).resume(
            try await record,
            source: source.map { LuaSource(name: "test.lua", text: $0) },
            observe: { [news] event in news.change { $0.append(event) } }
        )
    }

    var record: RunRecord {
        get async throws { try await journal.run("r1") }
    }

    /// The steps as `path#sequence name state`, in the order of recording.
    var steps: [String] {
        get async throws {
            try await journal.steps(of: "r1").map {
                "\($0.key.taskPath)#\($0.key.sequence) \($0.name) \($0.state.rawValue)"
            }
        }
    }

    /// The news as lines.
    var lines: [String] { news.value.map(\.line) }

    /// What was printed.
    var output: [String] {
        news.value.compactMap { event in if case .output(let line) = event { line } else { nil } }
    }
}

/// The in-memory service with another answer to what has become of a start.
final class UnsureService: ForwardingBackupService {
    let base: InMemoryBackupService
    /// What it answers, one after the other; then what the service below knows.
    let fates: Box<[Result<StartFate, BackupError>]>
    /// Fails starts after they have happened, as many as it says.
    let lostAnswers = Box(0)
    let reconciliations = Box(0)

    init(_ base: InMemoryBackupService, fates: [Result<StartFate, BackupError>] = []) {
        self.base = base
        self.fates = Box(fates)
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let backup = try await base.start(configuration, key: key)
        let isLost = lostAnswers.change { count in
            count -= 1
            return count >= 0
        }
        if isLost { throw BackupError(.unreachable, "connection lost", isRetryable: true) }
        return backup
    }

    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        reconciliations.change { $0 += 1 }
        guard let fate = fates.change({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            return try await base.reconcile(request, key: key, watermark: watermark, claimed: claimed)
        }
        return try fate.get()
    }
}
