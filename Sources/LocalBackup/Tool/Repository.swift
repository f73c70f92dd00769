import BackupAPI
import HostSystem

/// A repository of the service: where it is, what reaches it, and the lock of those who use it.
struct Repository: Sendable {
    let settings: RepositorySettings
    let tool: ResticTool
    let lock: RepositoryLock

    var name: String { settings.name }
    var address: RepositoryAddress { RepositoryAddress(settings.address) }
    /// The address for people.
    var shown: String { settings.shownAddress }
}

/// The repositories of a service, in the order of its settings; there is one at least.
struct Repositories: Sendable {
    let main: Repository
    let all: [Repository]

    /// Throws `invalid_configuration` with every problem.
    init(_ settings: LocalSettings, folder: StateFolder, records: HostRecords) throws {
        let problems = RepositorySettings.problems(of: settings.repositories)
        all = settings.repositories.map { repository in
            Repository(
                settings: repository,
                tool: ResticTool(settings, repository, records: records),
                lock: RepositoryLock(folder: folder, repository: repository.name)
            )
        }
        guard problems.isEmpty, let first = all.first else {
            throw BackupError(
                .invalidConfiguration,
                problems.joined(separator: "; "),
                fix: "Change the repositories, then open the site again."
            )
        }
        main = first
    }

    var names: [String] { all.map(\.name) }

    /// The repositories of some names, each once, in the order of the settings; `nil` is the first.
    func meant(by names: [String?]) throws -> [Repository] {
        let meant = Set(try names.map { try named($0).name })
        return all.filter { meant.contains($0.name) }
    }

    /// A repository by its name; the first one for `nil`. Where there is only one, it has all that was made before there were
    /// names. Throws `invalid_configuration`.
    func named(_ name: String?) throws -> Repository {
        guard let name else { return main }
        if let found = all.first(where: { $0.name == name }) { return found }
        if name == RepositorySettings.mainName, all.count == 1 { return main }
        throw BackupError(
            .invalidConfiguration,
            "this site has no repository '\(name)'; it has \(names.map { "'\($0)'" }.joined(separator: ", "))",
            fix: "Name it in the site file again."
        )
    }
}
