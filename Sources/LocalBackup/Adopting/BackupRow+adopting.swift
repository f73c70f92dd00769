import BackupAPI
import Foundation
import HostSystem

extension BackupRow {
    /// The backup that a snapshot is of, which this catalog does not know; `nil` where restic's text of its time is none.
    ///
    /// What restic does not keep is not made up: a snapshot of a backup with errors looks like a complete one, and before 0.17
    /// nothing says when it ended and how much was new.
    ///
    /// `id` is the repository's own, and `name` what this service calls it.
    init?(adopting snapshot: ResticSnapshot, in id: String, named name: String, names: [String: String]) {
        guard let began = (snapshot.summary?.begin).flatMap({ Timestamp($0) }) ?? snapshot.startedTime,
            let configuration = snapshot.tag("configuration")
        else { return nil }
        let run = snapshot.tag("run")
        let isID = run.map { UUID(uuidString: $0) != nil } ?? false
        repository = name
        self.id =
            run.flatMap { isID ? $0.lowercased() : nil }
            ?? StableID.uuid(of: "snapshot:\(id):\(snapshot.original ?? snapshot.id)")
        startKey = isID ? nil : run
        configurationID = configuration
        configurationName = names[configuration] ?? configuration
        state = ActivityState.completed.rawValue
        createdTime = began.microseconds
        updatedTime = began.microseconds
        startedTime = began.microseconds
        let end = (snapshot.summary?.end).flatMap { Timestamp($0) }
        endedTime = (end ?? began).microseconds
        resticSnapshot = snapshot.id
        filesSearched = snapshot.summary?.filesProcessed ?? 0
        filesBackedUp = (snapshot.summary?.filesNew ?? 0) + (snapshot.summary?.filesChanged ?? 0)
        bytesSearched = snapshot.summary?.bytesProcessed ?? 0
        bytesBackedUp = snapshot.summary?.bytesAdded ?? 0
        resticVersion = snapshot.programVersion?.split(separator: " ").last.map(String.init)
        bootID = ProcessIdentity.currentBootID()
        adopted = AdoptedSnapshot(
            snapshotID: snapshot.original ?? snapshot.id,
            hostname: snapshot.hostname ?? "",
            username: snapshot.username ?? "",
            programVersion: snapshot.programVersion,
            hasSummary: end != nil,
            hasRun: run != nil
        )
    }
}
