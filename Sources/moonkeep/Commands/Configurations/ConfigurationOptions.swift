import ArgumentParser
import BackupAPI
import Foundation
import LocalBackup
import Mail

/// What a person says of a configuration; each option that is left out says nothing.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("include"),
        help: ArgumentHelp("A file or folder to back up; once for each.", valueName: "path")
    )
    var inclusions: [String] = []

    @Option(
        name: .customLong("exclude"),
        help: ArgumentHelp(
            "A file or folder to leave out; once for each; 'none' for none.",
            valueName: "path"
        )
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
        help: ArgumentHelp(
            "The schedule's zone, such as Europe/Berlin; UTC for a new schedule if left out.",
            valueName: "zone"
        )
    )
    var timeZone: String?

    @Option(help: ArgumentHelp("How many days snapshots are kept; 0 for ever.", valueName: "days"))
    var retention: Int?

    @Option(
        name: .customLong("notify"),
        help: ArgumentHelp(
            "Whom to send an e-mail; once for each address; 'none' for nobody.",
            valueName: "address"
        )
    )
    var addresses: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help: "Send the e-mail of a completed backup too, or only that of a failed one."
    )
    var onSuccess: Bool?

    /// What empties a list, or takes a schedule away.
    private static let none = "none"

    func validate() throws {
        if let retention, !(0...36_500).contains(retention) {
            throw ValidationError("--retention takes a whole number of days from 0 to 36500.")
        }
        if timeZone != nil, schedule == Self.none {
            throw ValidationError("--time-zone goes with a schedule.")
        }
        for (option, values) in [
            ("--include", inclusions), ("--exclude", exclusions), ("--notify", addresses),
            ("--schedule", [schedule].compactMap { $0 }), ("--time-zone", [timeZone].compactMap { $0 }),
        ] where values.contains("") {
            throw ValidationError("\(option) has an empty value.")
        }
        for (option, values) in [("--exclude", exclusions), ("--notify", addresses)]
        where values.contains(Self.none) && values.count > 1 {
            throw ValidationError("\(option) none goes with no other \(option).")
        }
        for (option, paths) in [("--include", inclusions), ("--exclude", exclusions)] {
            for path in paths { try Self.check(path, of: option) }
        }
        for address in Self.list(addresses) ?? [] {
            if let problem = MailAddress.problem(of: address) {
                throw ValidationError("--notify: \(problem).")
            }
        }
    }

    /// A shell has its own idea of `~` and `*`, but not between quotation marks.
    private static func check(_ path: String, of option: String) throws {
        if path == "~" || path.hasPrefix("~/") {
            throw ValidationError("\(option) '\(path)' begins with '~', which stands for nothing here.")
        }
        guard path.utf8.contains(where: { "*?[".utf8.contains($0) }) else { return }
        guard FileManager.default.fileExists(atPath: path) else {
            throw ValidationError(
                "\(option) '\(path)' is no file that is there, and no pattern: \(Site.fileName) can have those in 'exclusions'."
            )
        }
    }

    /// The values of a list; `nil` where it was not named.
    private static func list(_ values: [String]) -> [String]? {
        values.isEmpty ? nil : values == [none] ? [] : values
    }

    /// Refuses notifications where nothing could send them.
    func check(_ options: SiteOptions) throws {
        guard Self.list(addresses)?.isEmpty == false, case let file = try options.open().file,
            file.cloud == nil, file.mail == nil
        else { return }
        throw CommandError(
            "the site has no mail server that could send notifications",
            fix: "Say 'smtp' with 'host' and 'from' in \(Site.fileName)."
        )
    }

    /// What to change of a configuration, or to make where there is none yet: only what was named.
    func changes(of found: Configuration? = nil) throws -> ConfigurationChanges {
        ConfigurationChanges(
            schedule: try schedule(of: found),
            retentionDays: retention,
            inclusions: inclusions.isEmpty ? nil : inclusions.map(Self.rule),
            exclusions: Self.list(exclusions)?.map(Self.rule),
            notifications: try notifications(of: found)
        )
    }

    private func schedule(of found: Configuration?) throws -> Schedule?? {
        if schedule == Self.none { return .some(nil) }
        guard schedule != nil || timeZone != nil else { return nil }
        guard let rules = schedule.map({ [$0] }) ?? found?.schedule?.recurrence else {
            throw ValidationError("--time-zone goes with --schedule.")
        }
        return Schedule(recurrence: rules, timeZone: timeZone ?? found?.schedule?.timeZone ?? "UTC")
    }

    /// An address that was told before is told of the same, unless it is said here.
    private func notifications(of found: Configuration?) throws -> [BackupAPI.Notification]? {
        let before = found?.notifications ?? []
        guard let named = Self.list(addresses) else {
            guard let onSuccess else { return nil }
            guard !before.isEmpty else { throw ValidationError("--on-success goes with --notify.") }
            return before.map { notification in
                var notification = notification
                notification.onSuccess = onSuccess
                return notification
            }
        }
        return named.map { address in
            var notification =
                before.first { $0.destination == address }
                ?? Notification(destination: address, onSuccess: false, onFailure: true)
            notification.onSuccess = onSuccess ?? notification.onSuccess
            return notification
        }
    }

    private static func rule(_ path: String) -> PathRule {
        let whole = Site.absolute(path, from: FileManager.default.currentDirectoryPath)
        return .lookedUp(whole, looksLikeFolder: path.hasSuffix("/"))
    }
}
