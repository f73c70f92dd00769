public import BackupAPI

extension Agent {
    /// The one agent of samples, on a host with Debian.
    public static func make(
        id: ResourceID<Agent> = .make(0),
        name: String = "web",
        version: String = "1.0.0"
    ) -> Agent {
        Agent(
            id: id,
            name: name,
            version: version,
            host: AgentHost(
                flavor: "rackspace_private_cloud",
                os: OperatingSystem(name: "Debian", version: "12", architecture: "64-bit")
            ),
            registeredTime: .sample,
            links: ["self", "activities", "configurations", "events", "status"].map { rel in
                Link(href: "/v2/agents/\(id)" + (rel == "self" ? "" : "/\(rel)"), rel: rel)
            }
        )
    }
}

extension BrowseItem {
    /// The folders of samples: `/`, `/srv` and `/srv/nightly` with two files and a link.
    public static let sampleFolders: [String: [BrowseItem]] = [
        "/": [BrowseItem(name: "srv", mimeType: folderType)],
        "/srv": [BrowseItem(name: "nightly", mimeType: folderType)],
        "/srv/nightly": [
            BrowseItem(name: "a", bytes: 512),
            BrowseItem(name: "b", bytes: 512),
            BrowseItem(name: "latest", mimeType: linkType),
        ],
    ]
}
