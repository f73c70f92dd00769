public import BackupAPI

extension Restore {
    /// A restore of the contract's shape that was just asked for.
    public static func make(id: ResourceID<Restore> = .make(100_001), _ draft: RestoreDraft) -> Restore {
        let agent = draft.destinationAgent
        return Restore(
            id: id,
            backup: Reference(
                id: draft.backup,
                links: [Link(href: "/v2/backups/\(draft.backup)", rel: "full")]
            ),
            destinationAgent: Reference(
                id: agent,
                links: [Link(href: "/v2/agents/\(agent)", rel: "full")]
            ),
            destinationPath: draft.destinationPath,
            overwriteFiles: draft.overwriteFiles,
            inclusions: draft.inclusions,
            exclusions: draft.exclusions,
            errors: ErrorSummary(links: [Link(href: "/v2/restores/\(id)/errors", rel: "full")]),
            links: [
                Link(href: "/v2/restores/\(id)", rel: "self"),
                Link(href: "/v2/restores/\(id)/events", rel: "events"),
            ]
        )
    }
}

extension Cleanup {
    /// A cleanup of the contract's shape that was just asked for.
    public static func make(
        id: ResourceID<Cleanup> = .make(200_001),
        agent: ResourceID<Agent> = .make(0)
    ) -> Cleanup {
        Cleanup(
            id: id,
            agent: Reference(id: agent, links: [Link(href: "/v2/agents/\(agent)", rel: "full")]),
            errors: ErrorSummary(links: [Link(href: "/v2/cleanups/\(id)/errors", rel: "full")]),
            links: [
                Link(href: "/v2/cleanups/\(id)", rel: "self"),
                Link(href: "/v2/cleanups/\(id)/events", rel: "events"),
            ]
        )
    }
}
