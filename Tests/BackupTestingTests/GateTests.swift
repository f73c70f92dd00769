import BackupTesting
import Testing

struct GateTests {
    @Test func `an open gate lets everyone through`() async throws {
        let gate = Gate()
        gate.open()
        gate.open()
        try await gate.pass()
        #expect(gate.isOpen)
    }

    @Test func `a gate holds until it is opened`() async throws {
        let gate = Gate()
        let passed = Gate()
        async let passing: Void = {
            try await gate.pass()
            passed.open()
        }()
        #expect(!passed.isOpen)
        gate.open()
        try await passing
        #expect(passed.isOpen)
    }

    @Test func `a cancelled task does not pass a closed gate`() async throws {
        let gate = Gate()
        let passing = Task { try await gate.pass() }
        passing.cancel()
        await #expect(throws: CancellationError.self) { try await passing.value }
        #expect(!gate.isOpen)
    }
}
