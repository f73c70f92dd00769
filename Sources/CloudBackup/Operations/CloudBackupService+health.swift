import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// How the service is; one that is not well is an answer too, not an error.
    public func health() async throws -> CloudHealth {
        let request = CloudRequest(.GET, "health")
        let answer = try await api.answer(to: request, accepting: [503])
        guard let json = answer.json, answer.isSuccess || json["message"] == nil else {
            throw BackupError.refused(request, answer)
        }
        return CloudHealth(reading: json)
    }

    /// Whether one dependency is online, by its name: `cassandra`.
    public func isOnline(dependency: String) async throws -> Bool {
        let request = CloudRequest(.GET, "health", dependency)
        let answer = try await api.answer(to: request, accepting: [503])
        guard let isOnline = answer.json?["online"]?.isTrue else {
            throw BackupError.refused(request, answer)
        }
        return isOnline
    }

    /// Returns when the service is alive; throws what requests throw.
    public func ping() async throws {
        _ = try await api.answer(to: CloudRequest(.GET, "ping"))
    }
}
