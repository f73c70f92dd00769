import Foundation

/// The files of a new site.
struct SiteTemplate {
    let folder: String

    /// Makes the files; nothing that is there is changed. Answers the paths that were made.
    func make() async throws -> [String] {
        let path = folder + "/" + Site.fileName
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                "'\(path)' is there already",
                fix: "Nothing was changed; edit it, or choose another folder."
            )
        }
        do {
            try FileManager.default.createDirectory(
                atPath: folder + "/scripts",
                withIntermediateDirectories: true,
                // Whatever the umask says: a site that others may write is refused.
                attributes: [.posixPermissions: 0o755]
            )
            var made: [String] = []
            for (name, text, mode) in [
                ("password", Self.makePassword() + "\n", 0o600),
                ("scripts/backup_all.lua", Self.script, 0o644),
                (".gitignore", Self.gitIgnore, 0o644),
                (Site.fileName, Self.siteFile, 0o644),
            ] where try write(text, to: folder + "/" + name, mode: mode_t(mode)) {
                made.append(folder + "/" + name)
            }
            return try await made + makeDefinitions() + makeEditorFiles()
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("the site '\(folder)' could not be made: \(error.localizedDescription)")
        }
    }

    /// Makes the files that tell editors and luacheck where the definitions are. Answers the paths that were made.
    func makeEditorFiles() throws -> [String] {
        try [(".luarc.json", Self.editorSettings), (".luacheckrc", Self.luacheckSettings)]
            .map { (folder + "/" + $0, $1) }
            .filter { try write($1, to: $0, mode: 0o644) }
            .map(\.0)
    }

    private func makeDefinitions() async throws -> [String] {
        let path = folder + "/" + Self.typesFolder
        guard !FileManager.default.fileExists(atPath: path) else { return [] }
        try await TypesFolder(path: path).write()
        return [path]
    }

    /// Writes a new file; returns false when there is one of that name.
    private func write(_ text: String, to path: String, mode: mode_t) throws -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            if errno == EEXIST { return false }
            throw CommandError("'\(path)' could not be written: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        try file.synchronize()
        return true
    }

    /// 32 random bytes in Base64.
    private static func makePassword() -> String {
        var random = SystemRandomNumberGenerator()
        return Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
            .base64EncodedString()
    }

    static let siteFile = """
        # A Moonkeep site. 'moonkeep configurations' shows what it has; 'moonkeep run SCRIPT' uses it.

        # What does the backups: restic on this machine.
        service: local

        # Where restic keeps the backups: a folder, here beside this file, or an address such as
        # sftp:user@host:/path or s3:https://host/bucket. Made on first use where it is known that nothing is there;
        # in a bucket, 'moonkeep init --repository' makes it.
        repository: repository

        # The file that holds the repository's password. Keep a copy elsewhere: without it no backup can be read. With it, this
        # file and the repository a lost machine's backups come back: 'moonkeep adopt --all-of-this-site'.
        password_file: password

        # Several repositories, a command that prints the password, and what restic needs to reach them:
        # 'moonkeep help moonkeep.yaml repositories'.

        # At most so many KiB a second to the repository.
        # upload_limit: 2048

        # At most so many backups at one time; the others wait in order.
        # parallel: 4

        # For 'moonkeep serve': where it listens.
        # server:
        #   port: 8080
        #   restore_below: [/srv/restored]   # where clients may restore to

        # How e-mails leave this host: those of notifications, and of scripts.
        # smtp:
        #   host: mail.example.com
        #   from: backups@example.com
        #   user: backups
        #   password_file: smtp-password

        # Names for targets of notify.send; each is a plugin, and whom that tells.
        # notify:
        #   ops: [slack:ops, email:ops@example.com]

        # What plugins are told; 'moonkeep plugins NAME' shows which settings there are.
        # plugins:
        #   ntfy: {server: "https://ntfy.example.org"}

        # A folder that Prometheus' textfile collector reads: a file for each script, written when a run ends.
        # metrics:
        #   textfile: /var/lib/prometheus/node-exporter

        # Where secrets of scripts are, beside the folder 'secrets' (mode 0600) and the credentials of systemd.
        # secrets:
        #   environment: {pg/password: PGPASSWORD}
        #   command: [pass, show]     # is run with the secret's name at the end

        # What to back up. Paths are absolute, or meant from this folder.
        configurations:
          - name: scripts
            inclusions:
              - scripts
            # exclusions:               # absolute paths, and restic's patterns: a name matches at any depth,
            #   - "*.tmp"               # * ? [a-z] ** are wildcards, a backslash makes a character literal
            #   - scripts/old           # {type: file, path: PATH} is one path as it stands
            # retention: 30             # days; 0 keeps for ever. Or by the rules of 'restic forget':
            #                           #   keep: {daily: 7, weekly: 5, monthly: 12}
            # cleanup: after_backup     # or daily; without it only 'moonkeep cleanup' removes anything
            # schedule:                 # needs 'moonkeep serve'
            #   recurrence: RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=3;BYMINUTE=30
            #   time_zone: Europe/Berlin
            # notifications:
            #   - destination: ops@example.com
            #     on_success: false
            #     on_failure: true

        """

    /// What Git is to leave out: what must not be seen elsewhere, what other hosts have of their own, and what can be made
    /// again.
    static let gitIgnore = """
        # Secrets, which nobody else may see.
        /password
        /smtp-password
        /secrets/

        # What belongs to this host, and the backups themselves.
        /state/
        /repository/
        /reports/

        # Made again by 'moonkeep types'.
        /types/

        """

    static let script = """
        -- Backs up every configuration of the site, one after the other, and reports them.
        for _, configuration in ipairs(backup.configurations()) do
          local id = backup.start(configuration.id)
          report.add(backup.wait(id))
        end

        """
}
