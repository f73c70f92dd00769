public import BackupAPI
import Foundation

extension CloudBackupService {
    /// The ids on the newest page of the list in which the start will appear, and whether the service keeps keys. One
    /// request. Throws `unknown_configuration`.
    public func watermark(before request: StartRequest) async throws -> String {
        try await FateSearch(api: api, request: request).watermark().text
    }

    /// What has become of a start.
    ///
    /// A Moonkeep server knows by the key. For a service that knows no keys it is what has come into the list since the
    /// watermark and is not claimed, the oldest of it: of a backup's configuration any backup, one that the agent's schedule
    /// has started too; a restore of the same files to the same place; a cleanup of the same agent. A request of the dead
    /// host that is still on its way is waited for a moment, and no longer: nobody can know of a slower one.
    ///
    /// `unknown` without a watermark, where the list does not reach back to it, and for a restore where it is not clear which
    /// of those that replace files it is. A cleanup is `absent` where the list does not reach back: it can be repeated.
    public func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        let before = try? JSONDecoder().decode(StartWatermark.self, from: Data(watermark.utf8))
        let first = try await fate(of: request, key, before, claimed)
        guard first.fate == .absent, !first.isCertain else { return first.fate }
        try await timer.pause(Pace.requestOnItsWay)
        return try await fate(of: request, key, before, claimed).fate
    }

    private func fate(
        of request: StartRequest,
        _ key: String,
        _ watermark: StartWatermark?,
        _ claimed: Set<String>
    ) async throws -> (fate: StartFate, isCertain: Bool) {
        let findings: FateSearch.Findings
        do {
            findings = try await FateSearch(api: api, request: request).look(for: key, since: watermark)
        } catch let error as BackupError where error.code == .unknownConfiguration {
            // Nothing is started of what is not there, and the next start says so.
            return (.absent, true)
        }
        if let word = findings.word {
            if case .happened = word { return (word, true) }
            if watermark?.keepsKeys ?? false { return (word, true) }
        }
        guard watermark != nil else { return (.unknown(.noWatermark, []), false) }
        let news = findings.news.filter { !claimed.contains($0.id) }
        guard findings.isComplete else {
            if case .cleanup = request { return (.absent, false) }
            return (.unknown(.listTooShort, news), false)
        }
        if case .restore(let draft) = request { return (try await fate(of: draft, among: news), false) }
        let alike = news.filter { $0.likeness == .alike }
        return (alike.last.map { .happened(id: $0.id) } ?? .absent, false)
    }

    /// What has become of a restore, among those that have come since. Their paths are in their records only.
    private func fate(of draft: RestoreDraft, among news: [ListedStart]) async throws -> StartFate {
        var alike: [ListedStart] = []
        var possible: [ListedStart] = []
        for item in news where item.likeness != .different {
            let likeness = draft.likeness(of: try await restore(ResourceID(item.id)))
            if likeness == .alike { alike.append(item) }
            if likeness != .different { possible.append(item) }
        }
        guard let oldest = alike.last else {
            return possible.isEmpty ? .absent : .unknown(.severalRestores, possible)
        }
        guard draft.overwriteFiles, possible.count > 1 else { return .happened(id: oldest.id) }
        return .unknown(.severalRestores, possible)
    }
}

/// Why a fate is not known.
private enum Doubt: String {
    case noWatermark = "what the service had before the start was not recorded"
    case listTooShort = "the service's list does not reach back to what it had before the start"
    case severalRestores = "it is not clear which of the service's restores has come of the start"
}

extension StartFate {
    fileprivate static func unknown(_ doubt: Doubt, _ candidates: [ListedStart]) -> StartFate {
        let likely = candidates.filter { $0.likeness != .different }
        return .unknown(reason: doubt.rawValue, candidates: likely.prefix(20).map(\.id))
    }
}
