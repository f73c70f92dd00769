public import BackupAPI

extension BackupServiceContract {
    /// Files that a service backs up and can restore, for the rules of a service that does all of the contract.
    public struct WholeService: Sendable {
        /// The agent that runs the backups, and that restores go to.
        public var agent: ResourceID<Agent>
        /// The absolute path of a folder that every backup of the completing configuration has, without a `/` at its end.
        public var folder: String
        /// The sizes of the plain files that lie directly in the folder, by name; there are no files deeper.
        public var files: [String: Int64]
        /// How many files and bytes a restore of the folder says that it wrote.
        public var restored: (files: Int, bytes: Int64)
        /// An absolute path that nothing has yet, for restores.
        public var destination: String
        /// The size of a file on the agent's host, `nil` when there is none; `nil` itself where a service has no real files.
        public var sizeOfFile: (@Sendable (_ path: String) async throws -> Int64?)?

        /// Makes the description; by default a restore writes all files of the folder.
        public init(
            agent: ResourceID<Agent>,
            folder: String,
            files: [String: Int64],
            restored: (files: Int, bytes: Int64)? = nil,
            destination: String,
            sizeOfFile: (@Sendable (_ path: String) async throws -> Int64?)? = nil
        ) {
            self.agent = agent
            self.folder = folder
            self.files = files
            self.restored = restored ?? (files.count, files.values.reduce(0, +))
            self.destination = destination
            self.sizeOfFile = sizeOfFile
        }

        /// A restore of the whole folder to the destination.
        func restore(of backup: Backup) -> RestoreDraft {
            RestoreDraft(
                backup: backup.id,
                destinationAgent: agent,
                destinationPath: destination,
                inclusions: [PathRule(type: .folder, path: folder)]
            )
        }

        /// A configuration that backs up the folder.
        func configuration(_ name: String) -> ConfigurationDraft {
            ConfigurationDraft(
                name: name,
                retention: Retention(days: 30),
                inclusions: [PathRule(type: .folder, path: folder)]
            )
        }
    }
}

extension Rule {
    /// A rule for services that do all of the contract; others keep it by doing nothing.
    static func whole(
        _ name: String,
        _ body:
            @escaping @Sendable (
                BackupServiceContract.Fixture, BackupServiceContract.WholeService
            ) async throws -> Void
    ) -> Self {
        Self(name) { fixture in
            guard let whole = fixture.whole else { return }
            try await body(fixture, whole)
        }
    }
}

extension Fixture {
    /// Waits until a restore is over. The contract tells of a restore only to those who ask.
    func finished(_ id: ResourceID<Restore>) async throws -> Restore {
        try await repeated {
            try await service.restore(id)
        } until: {
            $0.state.isFinal
        }
    }

    /// Waits until a cleanup is over.
    func finished(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try await repeated {
            try await service.cleanup(id)
        } until: {
            $0.state.isFinal
        }
    }

    /// Backs up, restores the folder, and returns both final records.
    func restored(_ whole: BackupServiceContract.WholeService) async throws -> (Backup, Restore) {
        let backup = try await finished(completing)
        let restore = try await service.startRestore(whole.restore(of: backup), key: nil)
        return (backup, try await finished(restore.id))
    }

    /// Cleans up and returns the final record.
    func cleanedUp(_ whole: BackupServiceContract.WholeService) async throws -> Cleanup {
        try await finished(try await service.startCleanup(whole.agent, key: nil).id)
    }

    private func repeated<Record>(
        _ read: () async throws -> Record,
        until isOver: (Record) -> Bool
    ) async throws -> Record {
        while true {
            let record = try await read()
            if isOver(record) { return record }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
