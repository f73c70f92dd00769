import ArgumentParser
import BackupAPI

/// The options of every command that needs a site.
struct SiteOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The site's folder, instead of the nearest one upwards.", valueName: "folder"))
    var site: String?

    func validate() throws {
        if site?.isEmpty == true { throw ValidationError("--site takes the path of a folder.") }
    }

    func open() throws -> Site { try Site.find(site) }

    /// Opens the site and its service, works with them, and shuts the service down; the errors of the rooms below become the
    /// command's own.
    func use(_ work: (Site, any BackupService) async throws -> Void) async throws {
        try await CommandError.naming {
            let site = try open()
            let service = try await site.openService()
            do {
                try await work(site, service)
            } catch {
                await service.shutdown()
                throw error
            }
            await service.shutdown()
        }
    }
}

/// The options of every command that lists what may be much.
struct ListOptions: ParsableArguments {
    @Option(help: "At most so many, 1 to 1000.")
    var limit = 20

    func validate() throws {
        guard (1...1_000).contains(limit) else {
            throw ValidationError("--limit takes a whole number from 1 to 1000.")
        }
    }
}
