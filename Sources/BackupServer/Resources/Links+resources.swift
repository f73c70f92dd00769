import BackupAPI

extension Links {
    /// An agent as the caller sees it.
    func shown(_ agent: Agent, project: String) -> AgentResource {
        AgentResource(agent, project: project, self)
    }

    /// A backup as the caller sees it; list items and details are the same (contract 2.3).
    func shown(_ backup: Backup, project: String) -> Backup {
        var backup = backup
        let id = backup.id.rawValue
        backup.projectID = project
        backup.agent = reference(backup.agent.id, in: "agents")
        backup.configuration = reference(backup.configuration.id, in: "configurations")
        backup.errors.links = [link("full", "backups", id, "errors")]
        backup.links = [link("self", "backups", id), link("events", "backups", id, "events")]
        return backup
    }

    /// A restore's details (2.5).
    func shown(_ restore: Restore, project: String) -> Restore {
        var restore = restore
        let id = restore.id.rawValue
        restore.projectID = project
        restore.backup = reference(restore.backup.id, in: "backups")
        restore.destinationAgent = reference(restore.destinationAgent.id, in: "agents")
        restore.errors.links = [link("full", "restores", id, "errors")]
        restore.links = [link("self", "restores", id), link("events", "restores", id, "events")]
        return restore
    }

    /// A cleanup; list items and details are the same (2.8).
    func shown(_ cleanup: Cleanup, project: String) -> Cleanup {
        var cleanup = cleanup
        let id = cleanup.id.rawValue
        cleanup.projectID = project
        cleanup.agent = reference(cleanup.agent.id, in: "agents")
        cleanup.errors.links = [link("full", "cleanups", id, "errors")]
        cleanup.links = [link("self", "cleanups", id), link("events", "cleanups", id, "events")]
        return cleanup
    }

    /// A configuration's details (2.4).
    func shown(_ configuration: Configuration, project: String) -> Configuration {
        var configuration = configuration
        let id = configuration.id.rawValue
        configuration.projectID = project
        configuration.agent = reference(configuration.agent.id, in: "agents")
        configuration.backups.lastCompleted = configuration.backups.lastCompleted.map {
            reference($0.id, in: "backups")
        }
        configuration.links = [
            link("self", "configurations", id), link("activities", "configurations", id, "activities"),
            link("events", "configurations", id, "events"),
        ]
        return configuration
    }

    /// An item of the activities (2.6).
    func shown(_ activity: Activity) -> Activity {
        var activity = activity
        activity.agent = reference(activity.agent.id, in: "agents")
        activity.configuration = activity.configuration.map { reference($0.id, in: "configurations") }
        activity.links = [link(activity.type, "\(activity.type)s", activity.id.rawValue)]
        return activity
    }

    /// The errors resource of a run (2.3.5).
    func shown(_ errors: ErrorList, of collection: String, _ id: String) -> ErrorList {
        var errors = errors
        errors.links = [link("self", collection, id, "errors")]
        // The sentence that belongs to a type is the server's to add (2.3.5).
        for index in errors.list.indices where errors.list[index].description == nil {
            errors.list[index].description = errors.list[index].type.replacing("_", with: " ")
        }
        return errors
    }
}
