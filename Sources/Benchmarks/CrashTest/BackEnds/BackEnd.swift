/// A kind of service that runs are killed over.
protocol BackEnd: Sendable {
    var name: String { get }
    /// The workflows that it can do.
    var workflows: [Workflow] { get }
    /// Whether its workers start processes that can be killed apart.
    var hasVictims: Bool { get }
    /// Makes a service of its own for one run, in the run's folder, and closes it afterwards. With `isDisturbed` it is killed
    /// too, where it can be.
    func withSite<Value: Sendable>(
        in folder: String,
        seed: UInt64,
        isDisturbed: Bool,
        _ body: @Sendable (any BackEndSite) async throws -> Value
    ) async throws -> Value
}

/// The service of one run, as the driver sees it.
protocol BackEndSite: Sendable {
    var address: ServiceAddress { get }
    /// Everything that was ever started: the configuration's name by the backup's id.
    func starts() async throws -> [String: String]
    /// What is wrong with what is left, beyond what the starts tell; empty where nothing is.
    func problems() async throws -> [String]
    /// How often something else than the worker was killed.
    var otherKills: Int { get }
    /// Kills what workers have started; returns whether something was there.
    func kill(_ victim: Victim) async -> Bool
}

extension BackEnd {
    var hasVictims: Bool { false }
}

extension BackEndSite {
    func problems() async throws -> [String] { [] }
    var otherKills: Int { 0 }
    func kill(_ victim: Victim) async -> Bool { false }
}
