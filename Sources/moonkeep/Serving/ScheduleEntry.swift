import BackupAPI

/// Something of the site that runs by itself.
struct ScheduleEntry {
    /// What it is.
    enum Kind: String {
        case workflow, configuration
    }

    let name: String
    let kind: Kind
    /// When it runs, as its manifest or the site file has it; `nil` where that cannot be read.
    var schedule: String?
    var zone: String?
    /// When it begins next, in order; empty when it does not.
    var next: [Timestamp] = []
    /// What came of it when it was due, newest first.
    var past: [PastSlot] = []
    /// Why it does not run; `nil` when it does.
    var problem: String?

    /// So many moments are looked ahead.
    static let nextCount = 5
}

/// What came of a moment at which something was due.
struct PastSlot {
    let time: Timestamp
    /// The outcome of what began; why nothing began: `missed`, `skipped`, `failed`; or `waiting`.
    let outcome: String
    /// The id of the run or backup that began; `nil` where none did.
    let id: String?
    /// What a person should read about it; `nil` if there is nothing to say.
    let message: String?
}
