import GRDB

extension CatalogSchema {
    /// Configurations, restores and cleanups, and events about all of them.
    static func addWholeService(_ database: Database) throws {
        try database.execute(sql: configurations + backupChanges + restores + cleanups + events)
    }

    private static let configurations = """
        CREATE TABLE configuration (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            document TEXT NOT NULL,
            deleted_time INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX configuration_by_name ON configuration (name) WHERE deleted_time IS NULL;

        """

    private static let backupChanges = """
        ALTER TABLE backup ADD COLUMN updated_time INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE backup ADD COLUMN forgotten_time INTEGER;
        UPDATE backup SET updated_time = coalesce(ended_time, started_time, created_time);
        CREATE INDEX backup_by_change ON backup (updated_time);

        """

    private static let restores = """
        CREATE TABLE restore (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            start_key TEXT UNIQUE,
            backup_id TEXT NOT NULL REFERENCES backup (id),
            configuration_id TEXT NOT NULL,
            destination_path TEXT,
            overwrite_files INTEGER NOT NULL,
            inclusions TEXT NOT NULL,
            exclusions TEXT NOT NULL,
            staging_path TEXT,
            bytes_planned INTEGER NOT NULL,
            files_restored INTEGER NOT NULL,
            bytes_restored INTEGER NOT NULL,
            \(common)
        ) STRICT;
        CREATE INDEX restore_by_change ON restore (updated_time);
        CREATE INDEX restore_not_over ON restore (number) WHERE ended_time IS NULL;
        \(errors(of: .restore))

        """

    private static let cleanups = """
        CREATE TABLE cleanup (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            start_key TEXT UNIQUE,
            snapshot_numbers TEXT NOT NULL,
            bytes_before INTEGER NOT NULL,
            bytes_after INTEGER NOT NULL,
            \(common)
        ) STRICT;
        CREATE INDEX cleanup_by_change ON cleanup (updated_time);
        CREATE INDEX cleanup_not_over ON cleanup (number) WHERE ended_time IS NULL;
        \(errors(of: .cleanup))

        """

    private static let common = """
        state TEXT NOT NULL,
            created_time INTEGER NOT NULL,
            updated_time INTEGER NOT NULL,
            started_time INTEGER,
            ended_time INTEGER,
            error_count INTEGER NOT NULL,
            error_reason TEXT NOT NULL,
            error_diagnostics TEXT NOT NULL,
            exit_code INTEGER,
            restic_version TEXT,
            process_id INTEGER,
            process_start INTEGER,
            boot_id TEXT NOT NULL
        """

    private static func errors(of kind: RunKind) -> String {
        """
        CREATE TABLE \(kind)_error (
            \(kind)_id TEXT NOT NULL REFERENCES \(kind) (id),
            item INTEGER NOT NULL,
            path TEXT NOT NULL,
            type TEXT NOT NULL,
            description TEXT,
            code INTEGER,
            PRIMARY KEY (\(kind)_id, item)
        ) STRICT, WITHOUT ROWID;
        """
    }

    /// The ids of events go on where they were: a client's marker stays good.
    private static let events = """
        CREATE TABLE new_event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            event TEXT NOT NULL,
            backup_id TEXT,
            restore_id TEXT,
            cleanup_id TEXT,
            configuration_id TEXT,
            bytes_completed INTEGER,
            total_bytes INTEGER
        ) STRICT;
        INSERT INTO new_event (id, time, event, backup_id, configuration_id)
            SELECT id, time, event, backup_id, configuration_id FROM event;
        DROP TABLE event;
        ALTER TABLE new_event RENAME TO event;
        CREATE INDEX event_by_time ON event (time);
        CREATE INDEX event_by_backup ON event (backup_id, id);
        CREATE INDEX event_by_restore ON event (restore_id, id);
        CREATE INDEX event_by_cleanup ON event (cleanup_id, id);
        CREATE INDEX event_by_configuration ON event (configuration_id, id);
        """
}
