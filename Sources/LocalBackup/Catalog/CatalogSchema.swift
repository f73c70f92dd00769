import GRDB

/// The tables of the catalog.
enum CatalogSchema {
    /// The tables, version by version. A migration that was released is never changed; a new one is added.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("backups") { database in
            try database.execute(
                sql: """
                    CREATE TABLE backup (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        start_key TEXT UNIQUE,
                        configuration_id TEXT NOT NULL,
                        configuration_name TEXT NOT NULL,
                        state TEXT NOT NULL,
                        created_time INTEGER NOT NULL,
                        started_time INTEGER,
                        ended_time INTEGER,
                        snapshot_number INTEGER UNIQUE,
                        restic_snapshot TEXT,
                        files_searched INTEGER NOT NULL,
                        files_backed_up INTEGER NOT NULL,
                        bytes_searched INTEGER NOT NULL,
                        bytes_backed_up INTEGER NOT NULL,
                        error_count INTEGER NOT NULL,
                        error_reason TEXT NOT NULL,
                        error_diagnostics TEXT NOT NULL,
                        exit_code INTEGER,
                        restic_version TEXT,
                        process_id INTEGER,
                        process_start INTEGER,
                        boot_id TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX backup_by_configuration ON backup (configuration_id, number);
                    CREATE INDEX backup_not_over ON backup (number) WHERE ended_time IS NULL;

                    CREATE TABLE backup_error (
                        backup_id TEXT NOT NULL REFERENCES backup (id),
                        item INTEGER NOT NULL,
                        path TEXT NOT NULL,
                        type TEXT NOT NULL,
                        description TEXT,
                        code INTEGER,
                        PRIMARY KEY (backup_id, item)
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE event (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        time INTEGER NOT NULL,
                        event TEXT NOT NULL,
                        backup_id TEXT NOT NULL REFERENCES backup (id),
                        configuration_id TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX event_by_backup ON event (backup_id, id);

                    CREATE TABLE repository (
                        address_hash TEXT PRIMARY KEY,
                        address TEXT NOT NULL,
                        first_used_time INTEGER NOT NULL
                    ) STRICT;

                    CREATE TABLE program (
                        path TEXT PRIMARY KEY,
                        fingerprint TEXT NOT NULL,
                        version TEXT NOT NULL
                    ) STRICT;
                    """
            )
        }
        migrator.registerMigration("whole service", migrate: addWholeService)
        registerSchedules(&migrator)
        registerOutbox(&migrator)
        registerNotices(&migrator)
        registerIdentity(&migrator)
        registerAdoption(&migrator)
        registerRepositories(&migrator)
        return migrator
    }

    private static func registerSchedules(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("schedules") { database in
            try database.execute(
                sql: """
                    CREATE TABLE schedule_mark (
                        configuration_id TEXT PRIMARY KEY,
                        schedule TEXT NOT NULL,
                        time INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID
                    """
            )
        }
    }

    private static func registerOutbox(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("outbox") { database in
            try database.execute(
                sql: """
                    CREATE TABLE ended_backup (
                        backup_id TEXT PRIMARY KEY REFERENCES backup (id) ON DELETE CASCADE,
                        time INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE mail (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        backup TEXT NOT NULL REFERENCES backup (id) ON DELETE CASCADE,
                        destination TEXT NOT NULL,
                        subject TEXT NOT NULL,
                        body TEXT NOT NULL,
                        state TEXT NOT NULL,
                        created_time INTEGER NOT NULL,
                        next_time INTEGER,
                        attempts INTEGER NOT NULL,
                        last_error TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX mail_by_backup ON mail (backup);
                    CREATE INDEX mail_waiting ON mail (next_time) WHERE next_time IS NOT NULL;
                    """
            )
        }
    }

    /// Makes room for the mode of an activation.
    private static func registerNotices(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("notices") { database in
            try database.execute(sql: "ALTER TABLE event ADD COLUMN mode TEXT")
        }
    }

    /// Snapshots that were taken in, and cleanups of single configurations.
    private static func registerAdoption(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("adoption") { database in
            try database.execute(
                sql: """
                    ALTER TABLE backup ADD COLUMN adopted TEXT;
                    ALTER TABLE cleanup ADD COLUMN configurations TEXT NOT NULL DEFAULT '[]';
                    """
            )
        }
    }

    /// In which of several repositories a run works; before there were names there was one.
    private static func registerRepositories(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("repositories") { database in
            for table in ["backup", "restore", "cleanup", "lost_restic"] {
                try database.execute(
                    sql: "ALTER TABLE \(table) ADD COLUMN repository TEXT NOT NULL DEFAULT 'main'"
                )
            }
        }
    }

    /// Who this host is, and which of its restics were killed.
    private static func registerIdentity(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("identity") { database in
            try database.execute(
                sql: """
                    CREATE TABLE agent (
                        machine TEXT PRIMARY KEY,
                        id TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE lost_restic (
                        number INTEGER NOT NULL,
                        host_name TEXT NOT NULL,
                        began INTEGER NOT NULL,
                        ended INTEGER NOT NULL,
                        PRIMARY KEY (host_name, number, began)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE source (
                        configuration_id TEXT PRIMARY KEY,
                        fingerprint TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
    }
}
