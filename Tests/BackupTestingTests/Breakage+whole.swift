import BackupAPI
import BackupTesting

extension Breakage {
    static let ofWholeServices = ofConfigurations + ofRestores + ofCleanups + ofChecks + ofLists

    private static let ofConfigurations = [
        Breakage("a created configuration is what its draft says, and can be started") {
            $0.whole.changed = { $0.with { $0.retention = Retention(days: 1) } }
        },
        Breakage("a draft that breaks rules is refused with each of them") {
            $0.whole.message = { String($0.prefix(40)) }
        },
        Breakage("a name belongs to one configuration") { $0.errorCode = { _ in .service } },
        Breakage("a change touches what it names, and keeps the rest and the id") {
            $0.whole.changed = {
                $0.with { $0.notifications = [.init(destination: "a", onSuccess: true, onFailure: true)] }
            }
        },
        Breakage("a deleted configuration stays readable, and is neither listed, changed nor started") {
            $0.configuration = { $0.with { $0.deleted = false } }
        },
        Breakage("a deleted configuration leaves its backups and its name") {
            $0.whole.changed = { $0.with { $0.deleted = true } }
        },
        Breakage("changes of an unknown configuration are refused as unknown_configuration") {
            $0.errorCode = { _ in .service }
        },
    ]

    private static let ofRestores = [
        Breakage("a restore writes the files, and says how many and how large") {
            $0.whole.restore = { $0.with { $0.filesRestored = 1 } }
        },
        Breakage("a restore that is stopped at once ends as stopped, unless it was faster") {
            $0.whole.stoppingRestore = { $0.with { $0.state = .inProgress } }
        },
        Breakage("an unknown restore is refused as unknown_restore") { $0.errorCode = { _ in .service } },
        Breakage("the start of a restore answers a record of the contract's shape") {
            $0.whole.startedRestore = { $0.with { $0.links = [] } }
        },
        Breakage("restores that are started with one key are one restore") { $0.key = { _ in nil } },
        Breakage("a restore from an unknown backup is refused as unknown_backup") {
            $0.errorCode = { _ in .service }
        },
        Breakage("a restore that cannot be done is refused as invalid_request") {
            $0.errorCode = { _ in .service }
        },
    ]

    private static let ofCleanups = [
        Breakage("the start of a cleanup answers a record of the contract's shape") {
            $0.whole.startedCleanup = { $0.with { $0.links = [] } }
        },
        Breakage("a cleanup completes, with its times and without losing a young backup") {
            $0.whole.cleanup = { $0.with { $0.endedTime = nil } }
        },
        Breakage("cleanups that are started with one key are one cleanup") { $0.key = { _ in nil } },
        Breakage("a cleanup that is over cannot be stopped") { $0.ignoresConflicts = true },
        Breakage("an unknown cleanup is refused as unknown_cleanup, an unknown agent as unknown_agent") {
            $0.errorCode = { _ in .service }
        },
    ]

    private static let ofChecks = [
        Breakage("a repository that was just backed up to is sound, where the service can look") {
            $0.whole.check = { $0.with { $0.problems = ["a pack is missing"] } }
        },
        Breakage("a check of data out of their range is refused as invalid_request") {
            $0.errorCode = { _ in .service }
        },
    ]

    private static let ofLists = [
        Breakage("a page of backups follows its marker, in either direction") {
            $0.filter = { $0.with { $0.marker = nil } }
        },
        Breakage("pages of restores and of cleanups follow their markers, in either direction") {
            $0.whole.restorePage = { Page(limit: $0.limit, isAscending: $0.isAscending) }
        },
        Breakage("a page after an unknown marker, or of less than one item, is refused as invalid_request") {
            $0.errorCode = { _ in .service }
        },
        Breakage("agents are sorted by name, and every configuration has one of them") {
            $0.whole.agents = { _ in [] }
        },
        Breakage("an agent can be woken, and an unknown one is refused as unknown_agent") {
            $0.errorCode = { _ in .service }
        },
        Breakage("activities are of all kinds, the one that changed last first") {
            $0.whole.activities = { $0.reversed() }
        },
        Breakage("activities are listed by their configuration, by their agent, and in pages") {
            $0.whole.activityFilter = { ActivityFilter(agent: $0.agent, page: $0.page) }
        },
        Breakage("the events of a backup tell its life in order") { $0.whole.events = { $0.reversed() } },
        Breakage("the events of a backup's progress have bytes that add up") {
            $0.whole.events = { $0.map { $0.with { $0.bytesRemaining = 9 } } }
        },
        Breakage("restores and cleanups have events too, and the lists of all have them") {
            $0.whole.events = { $0.filter { $0.cleanup == nil } }
        },
        Breakage("events after a marker are those that came later") {
            $0.whole.eventPage = { Page(limit: $0.limit, isAscending: $0.isAscending) }
        },
        Breakage("events of an unknown subject are refused") { $0.errorCode = { _ in .service } },
        Breakage("a folder in a backup has its files, by name") { $0.whole.items = { $0.dropLast(2) } },
        Breakage("a folder on an agent's host has its files, by name") { $0.whole.hostItems = { _ in [] } },
        Breakage("browsing what is not there is refused") { $0.errorCode = { _ in .service } },
    ]
}

extension Configuration: Changeable {}
extension Restore: Changeable {}
extension Cleanup: Changeable {}
extension RepositoryCheck: Changeable {}
extension Event: Changeable {}
