import ArgumentParser
import BackupAPI
import Foundation

/// What a person says of a configuration; each option that is left out says nothing.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("include"),
        help: ArgumentHelp("A file or folder to back up; once for each.", valueName: "path")
    )
    var inclusions: [String] = []

    @Option(
        name: .customLong("exclude"),
        help: ArgumentHelp("A file or folder to leave out; once for each.", valueName: "path")
    )
    var exclusions: [String] = []

    @Option(
        help: ArgumentHelp(
            "When it starts by itself, as RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=3;BYMINUTE=30, or 'none'.",
            valueName: "rule"
        )
    )
    var schedule: String?

    @Option(
        help: ArgumentHelp("The schedule's zone, such as Europe/Berlin; UTC if left out.", valueName: "zone")
    )
    var timeZone: String?

    @Option(help: ArgumentHelp("How many days snapshots are kept; 0 for ever.", valueName: "days"))
    var retention: Int?

    @Option(
        name: .customLong("notify"),
        help: ArgumentHelp("Whom to send an e-mail; once for each address.", valueName: "address")
    )
    var addresses: [String] = []

    @Flag(help: "Send the e-mail of a completed backup too, not only of a failed one.")
    var onSuccess = false

    func validate() throws {
        if let retention, !(0...36_500).contains(retention) {
            throw ValidationError("--retention takes a whole number of days from 0 to 36500.")
        }
        if timeZone != nil, schedule == nil { throw ValidationError("--time-zone goes with --schedule.") }
        if onSuccess, addresses.isEmpty { throw ValidationError("--on-success goes with --notify.") }
    }

    var changes: ConfigurationChanges {
        ConfigurationChanges(
            schedule: schedule.map { rule in
                rule == "none" ? nil : Schedule(recurrence: [rule], timeZone: timeZone ?? "UTC")
            },
            retentionDays: retention,
            inclusions: inclusions.isEmpty ? nil : inclusions.map(Self.rule),
            exclusions: exclusions.isEmpty ? nil : exclusions.map(Self.rule),
            notifications: addresses.isEmpty
                ? nil
                : addresses.map { Notification(destination: $0, onSuccess: onSuccess, onFailure: true) }
        )
    }

    private static func rule(_ path: String) -> PathRule {
        let whole = Site.absolute(path, from: FileManager.default.currentDirectoryPath)
        return .lookedUp(whole, looksLikeFolder: path.hasSuffix("/"))
    }
}
