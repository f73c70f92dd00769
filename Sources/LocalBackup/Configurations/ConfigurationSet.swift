import BackupAPI

/// The configurations of the settings, checked, each with its id.
struct ConfigurationSet: Sendable {
    /// By name.
    let drafts: [(id: ResourceID<Configuration>, draft: ConfigurationDraft)]

    /// Throws `invalid_configuration` with every problem of every configuration.
    init(_ drafts: [ConfigurationDraft]) throws {
        self.drafts = drafts.map { ($0.id ?? ConfigurationBook.id(forName: $0.name), $0) }
            .sorted { $0.draft.name < $1.draft.name }
        let problems = Self.repeats(in: self.drafts) + drafts.flatMap(Self.problems)
        guard problems.isEmpty else {
            throw BackupError(
                .invalidConfiguration,
                problems.joined(separator: "; "),
                fix: "Change the configurations, then open the site again."
            )
        }
    }

    /// Throws `invalid_configuration` for the first configuration whose repository the service does not have.
    func check(_ repositories: [String]) throws {
        for (_, draft) in drafts {
            guard let name = draft.options.repository, !repositories.contains(name) else { continue }
            throw BackupError(
                .invalidConfiguration,
                "configuration '\(draft.name)': there is no repository '\(name)'",
                fix: "Known are: \(repositories.joined(separator: ", "))."
            )
        }
    }

    private static func problems(of draft: ConfigurationDraft) -> [String] {
        var found = PathRule.problems(inclusions: draft.inclusions, exclusions: draft.exclusions)
        if draft.name.isEmpty { found.append("the name is empty") }
        for text in (draft.inclusions + draft.exclusions).map(\.path) + draft.exclusionPatterns
        where text.utf8.contains(0) {
            found.append("path '\(text.replacing("\0", with: "\\0"))' has a NUL character")
        }
        found += draft.options.problems
        found += draft.keepProblems
        if let schedule = draft.schedule, let problem = Recurrence.problem(of: schedule) {
            found.append(problem)
        }
        return found.map { "configuration '\(draft.name)': \($0)" }
    }

    private static func repeats(
        in drafts: [(id: ResourceID<Configuration>, draft: ConfigurationDraft)]
    ) -> [String] {
        var names: Set<String> = []
        var ids: Set<ResourceID<Configuration>> = []
        return drafts.compactMap { id, draft in
            if !names.insert(draft.name).inserted {
                return "two configurations have the name '\(draft.name)'"
            }
            if !ids.insert(id).inserted {
                return "configuration '\(draft.name)': another one has the id '\(id)', too"
            }
            return nil
        }
    }
}

extension ConfigurationDraft {
    /// The contract's resource.
    func resource(
        id: ResourceID<Configuration>,
        agent: ResourceID<Agent>,
        lastCompleted: ResourceID<Backup>?
    ) -> Configuration {
        var resource = Configuration(
            id: id,
            agent: Reference(agent.rawValue, in: "agents"),
            name: name,
            enabled: enabled,
            schedule: schedule,
            retention: retention,
            inclusions: inclusions,
            exclusions: exclusions,
            notifications: notifications,
            backups: ConfigurationBackups(
                lastCompleted: lastCompleted.map { Reference($0.rawValue, in: "backups") }
            ),
            links: [
                Link(href: "/v2/configurations/\(id)", rel: "self"),
                Link(href: "/v2/configurations/\(id)/activities", rel: "activities"),
                Link(href: "/v2/configurations/\(id)/events", rel: "events"),
            ]
        )
        resource.exclusionPatterns = exclusionPatterns
        resource.options = options
        resource.keep = keep
        return resource
    }
}
