import BackupAPI

/// Reads what a client says of a configuration.
enum ConfigurationReader {
    /// Reads the body of a create; all fields must be there (contract 2.4.1).
    static func draft(_ body: inout ObjectReader) -> ConfigurationDraft? {
        let name = body.string("name")
        let enabled = body.flag("enabled")
        let schedule = body.nullableObject("schedule", readSchedule)
        let days = body.object("retention") { $0.integer("days") }
        let inclusions = body.rules("inclusions")
        let exclusions = body.rules("exclusions")
        let notifications = body.list("notifications", readNotification)
        guard let name, let enabled, let schedule, let days, let inclusions, let exclusions, let notifications
        else { return nil }
        return ConfigurationDraft(
            name: name,
            enabled: enabled,
            schedule: schedule,
            retention: Retention(days: days),
            inclusions: inclusions,
            exclusions: exclusions,
            notifications: notifications
        )
    }

    /// Reads a PATCH of a configuration: `replace` of seven paths. Throws a 400 with every problem.
    static func changes(_ document: JSONValue) throws(Fault) -> ConfigurationChanges {
        let operations = try PatchOperation.read(
            document,
            operations: ["replace"],
            paths: [
                "/name", "/enabled", "/schedule", "/retention/days", "/inclusions", "/exclusions",
                "/notifications",
            ]
        )
        var reader = ObjectReader(document)
        var changes = ConfigurationChanges()
        for operation in operations {
            let place = "[\(operation.index)].value"
            let value = operation.value
            func expect<Value>(_ found: Value?, _ kind: String) -> Value? {
                if found == nil { reader.note("\(place): expected \(kind), found \(value.kind)") }
                return found
            }
            switch operation.path {
            case "/name": changes.name = expect(value.stringValue, "a string")
            case "/enabled": changes.enabled = expect(value.flagValue, "a boolean")
            case "/retention/days": changes.retentionDays = expect(value.integerValue, "an integer")
            case "/inclusions": changes.inclusions = reader.list(value, at: place, ObjectReader.readRule)
            case "/exclusions": changes.exclusions = reader.list(value, at: place, ObjectReader.readRule)
            case "/notifications": changes.notifications = reader.list(value, at: place, readNotification)
            default:
                changes.schedule =
                    value == .null
                    ? .some(nil) : reader.nested(value, at: place, readSchedule).map(Optional.some)
            }
        }
        guard reader.problems.isEmpty else { throw .validation(reader.problems) }
        return changes
    }

    private static func readNotification(_ fields: inout ObjectReader) -> Notification? {
        let type = fields.string("type")
        let destination = fields.string("destination")
        let onSuccess = fields.flag("on_success")
        let onFailure = fields.flag("on_failure")
        guard let type, let destination, let onSuccess, let onFailure else { return nil }
        if type != "email" { fields.note("type: '\(type)' is not email") }
        return Notification(type: type, destination: destination, onSuccess: onSuccess, onFailure: onFailure)
    }

    /// Reads a schedule; its `start` is the service's to set, and is passed over (2.4).
    private static func readSchedule(_ fields: inout ObjectReader) -> Schedule? {
        let recurrence = fields.strings("recurrence")
        let timeZone = fields.string("time_zone")
        guard let recurrence, let timeZone else { return nil }
        return Schedule(recurrence: recurrence, timeZone: timeZone)
    }
}
