internal import BackupAPI

enum BrowseRules {
    static let all: [Rule] = [
        Rule.whole("a folder in a backup has its files, by name") { fixture, whole in
            let backup = try await fixture.finished(fixture.completing)
            for path in [whole.folder, whole.folder + "/"] {
                let items = try await fixture.service.browse(backup.id, path: path)
                try check(items, of: path, have: whole.files)
            }
            let end = whole.folder.lastIndex(of: "/") ?? whole.folder.startIndex
            let name = String(whole.folder[whole.folder.index(after: end)...])
            let above = end == whole.folder.startIndex ? "/" : String(whole.folder[..<end])
            let items = try await fixture.service.browse(backup.id, path: above)
            try expect(
                items.contains { $0.name == name && $0.isFolder },
                "the folder '\(name)' in '\(above)'",
                found: items
            )
        },
        Rule.whole("a folder on an agent's host has its files, by name") { fixture, whole in
            let items = try await fixture.service.browse(agent: whole.agent, path: whole.folder)
            try check(items, of: whole.folder, have: whole.files)
        },
        Rule.whole("browsing what is not there is refused") { fixture, whole in
            let backup = try await fixture.finished(fixture.completing)
            let unknown = "00000000-dead-4000-8000-000000000000"
            let path = whole.folder + "/not/there"
            try await expect(.unknownPath, of: "'\(path)' in a backup") {
                _ = try await fixture.service.browse(backup.id, path: path)
            }
            try await expect(.unknownPath, of: "'\(path)' on a host") {
                _ = try await fixture.service.browse(agent: whole.agent, path: path)
            }
            try await expect(.unknownBackup, of: "a folder in '\(unknown)'") {
                _ = try await fixture.service.browse(ResourceID(unknown), path: whole.folder)
            }
            try await expect(.unknownAgent, of: "a folder on '\(unknown)'") {
                _ = try await fixture.service.browse(agent: ResourceID(unknown), path: whole.folder)
            }
        },
    ]

    private static func check(_ items: [BrowseItem], of path: String, have files: [String: Int64]) throws {
        let names = items.map(\.name)
        try expect(names == names.sorted(), "the entries of '\(path)' by name", found: names)
        for (name, size) in files {
            try expect(
                items.contains { $0.name == name && $0.bytes == size && !$0.isFolder },
                "in '\(path)' the file '\(name)' with \(size) bytes",
                found: items
            )
        }
    }
}
