internal import BackupAPI

enum ActivityRules {
    static let all: [Rule] = [
        Rule.whole("agents are sorted by name, and every configuration has one of them") { fixture, whole in
            let agents = try await fixture.service.agents()
            let names = agents.map(\.name)
            try expect(names == names.sorted(), "the agents in the order of their names", found: names)
            let wanted = try await fixture.service.configurations().map(\.agent.id) + [whole.agent]
            try expect(
                Set(wanted).isSubset(of: agents.map(\.id)),
                "all of \(Set(wanted))",
                found: agents.map(\.id)
            )
        },
        Rule.whole("an agent can be woken, and an unknown one is refused as unknown_agent") {
            fixture,
            whole in
            try await fixture.service.activate(whole.agent)
            try await fixture.service.activate(nil, mode: .realTime)
            let events = try await fixture.service.events(of: .project, Page(limit: 1_000))
            let activations = events.filter { $0.event == "agent_activate" }
            try expect(
                activations.suffix(2).map(\.mode) == ["active", "real_time"],
                "the events of both, with their modes",
                found: activations
            )
            let unknown = "00000000-dead-4000-8000-000000000000"
            try await expect(.unknownAgent, of: "the agent '\(unknown)'") {
                try await fixture.service.activate(ResourceID(unknown))
            }
        },
        Rule.whole("activities are of all kinds, the one that changed last first") { fixture, whole in
            let (backup, restore) = try await fixture.restored(whole)
            let cleanup = try await fixture.cleanedUp(whole)
            let ids = [cleanup.id.rawValue, restore.id.rawValue, backup.id.rawValue]
            let found = try await fixture.service.activities(ActivityFilter(page: Page(limit: 3)))
            try expect(found.map(\.id.rawValue) == ids, "\(ids)", found: found.map(\.id))
            let types = found.map(\.type)
            try expect(
                types == ["cleanup", "restore", "backup"],
                "a cleanup, a restore, a backup",
                found: types
            )
            for activity in found {
                try expect(
                    activity.links.map(\.rel) == [activity.type]
                        && activity.links.allSatisfy {
                            $0.href.hasSuffix("/\(activity.type)s/\(activity.id)")
                        },
                    "a link to the \(activity.type)",
                    found: activity.links
                )
                try expect(activity.agent.id == whole.agent, "'\(whole.agent)'", found: activity.agent.id)
                try expect(activity.state == .completed, "completed", found: activity.state)
                let configuration = activity.type == "cleanup" ? nil : fixture.completing
                try expect(
                    activity.configuration?.id == configuration,
                    "the configuration '\(configuration, default: "none")'",
                    found: activity
                )
            }
        },
        Rule.whole("activities are listed by their configuration, by their agent, and in pages") {
            fixture,
            whole in
            let (backup, restore) = try await fixture.restored(whole)
            let other = try await fixture.finished(fixture.failing)
            let ofOne = ActivityFilter(configuration: fixture.completing, agent: whole.agent)
            let found = try await fixture.service.activities(ofOne).map(\.id.rawValue)
            try expect(
                found.prefix(2) == [restore.id.rawValue, backup.id.rawValue]
                    && !found.contains(other.id.rawValue),
                "the restore, the backup, and no '\(other.id)'",
                found: found
            )
            let after = Page<Activity>(after: ResourceID(other.id.rawValue), limit: 1)
            let next = try await fixture.service.activities(ActivityFilter(page: after)).map(\.id.rawValue)
            try expect(next == [restore.id.rawValue], "'\(restore.id)'", found: next)
            let ascending = Page<Activity>(after: ResourceID(restore.id.rawValue), isAscending: true)
            let newer = try await fixture.service.activities(ActivityFilter(page: ascending)).map(
                \.id.rawValue
            )
            try expect(newer == [other.id.rawValue], "'\(other.id)'", found: newer)
            let nobody = ActivityFilter(agent: "00000000-dead-4000-8000-000000000000")
            let none = try await fixture.service.activities(nobody)
            try expect(none.isEmpty, "no activities of an unknown agent", found: none)
        },
    ]
}
