extension ConfigurationDraft {
    /// What a configuration would be made of.
    package init(_ configuration: Configuration) {
        self.init(
            id: configuration.id,
            name: configuration.name,
            enabled: configuration.enabled,
            schedule: configuration.schedule,
            retention: configuration.retention,
            inclusions: configuration.inclusions,
            exclusions: configuration.exclusions,
            exclusionPatterns: configuration.exclusionPatterns,
            options: configuration.options,
            notifications: configuration.notifications,
            keep: configuration.keep,
            cleanup: configuration.cleanup
        )
    }

    /// The draft with the changes.
    package func changed(by changes: ConfigurationChanges) -> ConfigurationDraft {
        var draft = self
        if let name = changes.name { draft.name = name }
        if let enabled = changes.enabled { draft.enabled = enabled }
        if let schedule = changes.schedule { draft.schedule = schedule }
        if let days = changes.retentionDays { draft.retention = Retention(days: days) }
        if let inclusions = changes.inclusions { draft.inclusions = inclusions }
        if let exclusions = changes.exclusions { draft.exclusions = exclusions }
        if let notifications = changes.notifications { draft.notifications = notifications }
        return draft
    }
}
