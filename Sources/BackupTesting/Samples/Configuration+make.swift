public import BackupAPI

extension ResourceID {
    /// An id in the form of a UUID that depends on nothing but `number`, for example
    /// `00000000-0000-4000-8000-000000000001`.
    public static func make(_ number: Int) -> ResourceID {
        let digits = String(number)
        return ResourceID(
            "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        )
    }
}

extension Reference<Agent> {
    /// A reference to the one agent of samples.
    public static func make() -> Reference<Agent> {
        let id = ResourceID<Agent>.make(0)
        return Reference(id: id, links: [Link(href: "/v2/agents/\(id)", rel: "full")])
    }
}

extension Configuration {
    /// A whole configuration that backs up `/srv/NAME/` and is started by hand; its id is its name unless one is given.
    public static func make(
        _ name: String = "nightly",
        id: ResourceID<Configuration>? = nil,
        enabled: Bool = true,
        schedule: Schedule? = nil,
        retention: Retention = Retention(days: 30),
        inclusions: [PathRule]? = nil,
        exclusions: [PathRule] = [],
        notifications: [Notification] = [],
        deleted: Bool = false
    ) -> Configuration {
        let id = id ?? ResourceID(name)
        return Configuration(
            id: id,
            agent: .make(),
            name: name,
            enabled: enabled,
            schedule: schedule,
            retention: retention,
            inclusions: inclusions ?? [PathRule(type: .folder, path: "/srv/\(name)/")],
            exclusions: exclusions,
            notifications: notifications,
            deleted: deleted,
            links: [
                Link(href: "/v2/configurations/\(id)", rel: "self"),
                Link(href: "/v2/configurations/\(id)/activities", rel: "activities"),
                Link(href: "/v2/configurations/\(id)/events", rel: "events"),
            ]
        )
    }
}
