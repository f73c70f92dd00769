import BackupAPI
import BackupTesting

/// A rule, and flaws of a service that it catches.
struct Breakage: Sendable, CustomStringConvertible {
    let rule: String
    let flaws: Flaws

    init(_ rule: String, _ change: (inout Flaws) -> Void) {
        self.rule = rule
        var flaws = Flaws()
        change(&flaws)
        self.flaws = flaws
    }

    var description: String { rule }

    static let all = ofBackups + ofWholeServices + ofFates

    private static let ofBackups = [
        Breakage("configurations are sorted by name, and none of them is deleted") {
            $0.configurations = { $0.reversed() }
        },
        Breakage("a configuration answers to its id and to its name") {
            $0.configuration = { .make($0.name + "s", id: $0.id) }
        },
        Breakage("an unknown configuration is refused as unknown_configuration") {
            $0.errorCode = { _ in .service }
        },
        Breakage("an unknown backup is refused as unknown_backup") { $0.errorCode = { _ in .service } },
        Breakage("a start answers a record of the contract's shape") {
            $0.started = { $0.with { $0.links = [] } }
        },
        Breakage("every record of a backup's life has the contract's shape") {
            $0.update = { update in
                BackupUpdate(
                    backup: update.backup.state == .preparing
                        ? update.backup.with { $0.links = [] } : update.backup
                )
            }
        },
        Breakage("two starts without a key are two backups") { $0.key = { $0 ?? "all" } },
        Breakage("starts with one key are one backup, also when it is over") { $0.key = { _ in nil } },
        Breakage("starts with different keys are different backups") { $0.key = { $0.map { _ in "all" } } },
        Breakage("starts with one key at the same time are one backup") { $0.key = { _ in nil } },
        Breakage("a second instance knows the keys and the records of the first") {
            $0.secondInstanceIsEmpty = true
        },
        Breakage("updates begin with the record as of now") {
            $0.staleUpdate = .make(configuration: "endless", state: .queued)
        },
        Breakage("updates end with the final record") { $0.update = { $0.backup.state.isFinal ? nil : $0 } },
        Breakage("updates of a backup that is over are its final record") {
            $0.staleUpdate = .make(state: .completed)
        },
        Breakage("the states of one backup only move forward") {
            $0.update = { update in
                guard update.progress != nil else { return update }
                return BackupUpdate(backup: update.backup.with { $0.state = .queued })
            }
        },
        Breakage("a cancelled wait leaves the backup running") { $0.stopsWhenUnwatched = true },
        Breakage("ending the iteration of updates leaves the backup running") {
            $0.stopsWhenUnwatched = true
        },
        Breakage("a final record says when it began and when it ended") {
            $0.update = { BackupUpdate(backup: $0.backup.with { $0.endedTime = nil }) }
        },
        Breakage("a completed backup has a snapshot and no errors") {
            $0.update = { BackupUpdate(backup: $0.backup.with { $0.snapshotID = nil }) }
        },
        Breakage("a backup that completed with errors lists them by path") {
            $0.errors = { $0.with { $0.list = [] } }
        },
        Breakage("a failed backup says why and cannot be restored") {
            $0.update = { BackupUpdate(backup: $0.backup.with { $0.errors.diagnostics = "" }) }
        },
        Breakage("a backup that is stopped in progress ends as stopped") { $0.failsWhenStopped() },
        Breakage("a backup that is stopped at once ends as stopped") { $0.failsWhenStopped() },
        Breakage("a stop answers a record that is on its way to stopped") {
            $0.stopping = { $0.with { $0.state = .inProgress } }
        },
        Breakage("a second stop changes nothing while the first is on its way") {
            $0.read = { $0.with { $0.state = .stopRequested } }
        },
        Breakage("a backup that is over cannot be stopped") { $0.ignoresConflicts = true },
        Breakage("backups are listed newest first") { $0.listed = { $0.reversed() } },
        Breakage("a list of backups has at most as many as wanted, the newest") {
            $0.filter = { $0.with { $0.limit = 9 } }
        },
        Breakage("backups are listed by their configuration") {
            $0.filter = { $0.with { $0.configuration = nil } }
        },
        Breakage("backups are listed by their state") { $0.filter = { $0.with { $0.states = nil } } },
        Breakage("a listed backup is in the state that it is read in") {
            $0.listed = { $0.map { $0.with { $0.state = .queued } } }
        },
    ]
}

extension Flaws {
    fileprivate mutating func failsWhenStopped() {
        update = { update in
            BackupUpdate(
                backup: update.backup.state == .stopped
                    ? update.backup.with { $0.state = .failed } : update.backup
            )
        }
    }
}

/// A value that can be copied with a change.
protocol Changeable {}

extension Changeable {
    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Backup: Changeable {}
extension BackupFilter: Changeable {}
extension ErrorList: Changeable {}
