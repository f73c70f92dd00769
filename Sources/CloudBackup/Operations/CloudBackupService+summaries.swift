import BackupAPI
import NIOHTTP1

extension CloudBackupService {
    /// Which summaries are sent.
    public func summarySettings() async throws -> SummarySettings {
        let json = try await api.json(CloudRequest(.GET, "settings", "summaries"))
        return SummarySettings(
            daily: json["daily"]?.isTrue ?? false,
            weekly: json["weekly"]?.isTrue ?? false,
            notifications: (json["notifications"]?.elements ?? []).map {
                SummarySettings.Recipient(
                    type: $0["type"]?.text ?? "email",
                    destination: $0.string("destination")
                )
            }
        )
    }

    /// Replaces the settings of the summaries. Safe to call twice.
    public func replace(_ settings: SummarySettings) async throws {
        _ = try await api.answer(to: try CloudRequest(.PUT, "settings", "summaries").sending(settings))
    }
}
