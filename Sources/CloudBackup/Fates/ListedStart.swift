import BackupAPI
import NIOHTTP1

/// What a list of the service says of one start.
struct ListedStart: Sendable {
    /// Whether it is of the kind that was asked for.
    enum Likeness: Sendable {
        case alike
        case different
        /// The list does not say enough of it.
        case unclear
    }

    let id: String
    /// Whether it is in a final state.
    let isOver: Bool
    let likeness: Likeness
}

extension StartRequest {
    /// The list in which such a start appears, and the key of its items.
    var list: (request: CloudRequest, key: String) {
        switch self {
        case .backup(let id): (.configuration(id).below("activities"), "activities")
        case .restore: (CloudRequest(.GET, "restores"), "restores")
        case .cleanup: (CloudRequest(.GET, "cleanups"), "cleanups")
        }
    }

    /// Reads an item of that list.
    func listed(_ json: JSONValue) throws(Missing) -> ListedStart {
        switch self {
        case .backup(let id):
            let activity = try Activity(reading: json)
            let isAlike = activity.type == "backup" && activity.configuration?.id ?? id == id
            return ListedStart(
                id: activity.id.rawValue,
                isOver: activity.state.isFinal,
                likeness: isAlike ? .alike : .different
            )
        case .restore(let draft):
            let restore = try Restore(reading: json)
            return ListedStart(
                id: restore.id.rawValue,
                isOver: restore.state.isFinal,
                likeness: draft.likeness(of: restore)
            )
        case .cleanup(let id, _):
            let cleanup = try Cleanup(reading: json)
            return ListedStart(
                id: cleanup.id.rawValue,
                isOver: cleanup.state.isFinal,
                likeness: cleanup.agent.id == id ? .alike : .different
            )
        }
    }
}

extension RestoreDraft {
    /// Whether a restore may have come of this draft. A list has no paths (contract 2.5); a record has, and where it has
    /// some they are compared.
    func likeness(of restore: Restore) -> ListedStart.Likeness {
        guard restore.backup.id == backup || restore.backup.id.rawValue.isEmpty,
            restore.destinationAgent.id == destinationAgent || restore.destinationAgent.id.rawValue.isEmpty,
            restore.overwriteFiles == overwriteFiles,
            restore.destinationPath.map(Self.folder) == destinationPath.map(Self.folder),
            restore.inclusions.isEmpty
                || Self.paths(restore.inclusions) == Self.paths(inclusions)
                    && Self.paths(restore.exclusions) == Self.paths(exclusions)
        else { return .different }
        return [restore.backup.id.rawValue, restore.destinationAgent.id.rawValue].contains("")
            ? .unclear : .alike
    }

    /// The bytes of a folder's path, which tell two spellings of a letter apart.
    private static func folder(_ path: String) -> [UInt8] {
        Array(PathRule(type: .folder, path: path).comparablePath.utf8)
    }

    private static func paths(_ rules: [PathRule]) -> Set<[UInt8]> {
        Set(rules.map { folder($0.path) })
    }
}
