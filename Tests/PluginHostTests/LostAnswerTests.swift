import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import Synchronization
import Testing

/// Starts whose answers are lost although the host lives on.
@Suite(.timeLimit(.minutes(5))) struct LostAnswerTests {
    @Test func `a start that did not come through is asked for again`() async throws {
        let service = LossyService(losses: [.request, .request])
        let fixture = try Fixture(service: service)
        #expect(try await fixture.values(#"return backup.run("mail").state"#) == ["completed"])
        #expect(service.base.startCount == 1)
    }

    @Test func `a start whose answer is lost is found and not asked for again`() async throws {
        let service = LossyService(losses: [.answer])
        let fixture = try Fixture(service: service)
        #expect(try await fixture.values(#"return backup.run("mail").state"#) == ["completed"])
        #expect(service.base.startCount == 1)
    }

    @Test func `a start that never comes through fails in the end`() async throws {
        let service = LossyService(losses: Array(repeating: .request, count: 10))
        let fixture = try Fixture(service: service)
        #expect(
            try await fixture.failure(#"backup.start("mail")"#)
                == "test.lua:1: the connection broke off"
        )
        #expect(service.asked == 4)
        #expect(service.base.startCount == 0)
    }

    @Test func `a start that another step finds first is asked for again`() async throws {
        let service = CrossedService()
        let fixture = try Fixture(service: service)
        let script = """
            local states = task.map({ 1, 2 }, {}, function() return backup.run("mail").state end)
            return states[1].value, states[2].value
            """
        #expect(try await fixture.values(script) == ["completed", "completed"])
        #expect(service.base.startCount == 2)
    }
}

/// A service without keys: the first start does not come through, and whoever asked for it finds the second one, whose answer
/// takes longer than that.
private final class CrossedService: ForwardingBackupService {
    let base = InMemoryBackupService([.make("mail")])
    private let asked = Mutex(0)
    private let isStarted = Gate()
    private let isAdopted = Gate()

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let number = asked.withLock { number in
            number += 1
            return number
        }
        if number == 1 { throw BackupError(.unreachable, "the connection broke off") }
        let backup = try await base.start(configuration, key: nil)
        isStarted.open()
        if number == 2 { try await isAdopted.pass() }
        return backup
    }

    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        try await isStarted.pass()
        let found = try await base.backups(BackupFilter(isAscending: true))
        return found.first { !claimed.contains($0.id.rawValue) }.map { .happened(id: $0.id.rawValue) }
            ?? .absent
    }

    func backup(_ id: ResourceID<Backup>) async throws -> Backup {
        isAdopted.open()
        return try await base.backup(id)
    }
}

/// A service to which the connection breaks off at its first starts.
private final class LossyService: ForwardingBackupService {
    enum Loss {
        /// The service does not hear of the start.
        case request
        /// The caller does not hear of the answer.
        case answer
    }

    let base = InMemoryBackupService([.make("mail")])
    private let state: Mutex<(losses: [Loss], asked: Int)>

    init(losses: [Loss]) {
        state = Mutex((losses, 0))
    }

    /// How often a start was asked for.
    var asked: Int { state.withLock { $0.asked } }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let loss = state.withLock { state in
            state.asked += 1
            return state.losses.isEmpty ? nil : state.losses.removeFirst()
        }
        let lost = BackupError(.unreachable, "the connection broke off")
        if loss == .request { throw lost }
        let backup = try await base.start(configuration, key: key)
        if loss == .answer { throw lost }
        return backup
    }
}
