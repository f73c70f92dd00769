/// A change of the schema. Once released it is never edited: a later change is a new migration.
struct Migration {
    let name: String
    let sql: String
}

extension Schema {
    /// All changes in their order; the file's `user_version` is how many of them it has.
    static let migrations = [
        Migration(
            name: "scripts, runs and steps",
            sql: """
                CREATE TABLE migration (
                    version INTEGER PRIMARY KEY,
                    name    TEXT NOT NULL
                ) STRICT;

                CREATE TABLE script (
                    sha256     TEXT PRIMARY KEY NOT NULL,
                    name       TEXT NOT NULL,
                    source     TEXT NOT NULL,
                    first_seen INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE run (
                    position            INTEGER PRIMARY KEY,
                    id                  TEXT NOT NULL UNIQUE,
                    script_name         TEXT NOT NULL,
                    script_sha256       TEXT NOT NULL REFERENCES script (sha256),
                    arguments           TEXT NOT NULL,
                    status              TEXT NOT NULL,
                    outcome             TEXT,
                    message             TEXT,
                    attempt             INTEGER NOT NULL,
                    seed                INTEGER NOT NULL,
                    owner_process_id    INTEGER NOT NULL,
                    owner_process_start INTEGER NOT NULL,
                    owner_boot_id       TEXT NOT NULL,
                    started             INTEGER NOT NULL,
                    ended               INTEGER
                ) STRICT;

                CREATE INDEX run_started ON run (started);
                CREATE INDEX run_status ON run (status);

                CREATE TABLE step (
                    position           INTEGER PRIMARY KEY,
                    run                TEXT NOT NULL REFERENCES run (id),
                    task_path          TEXT NOT NULL,
                    sequence           INTEGER NOT NULL,
                    name               TEXT NOT NULL,
                    kind               TEXT NOT NULL,
                    state              TEXT NOT NULL CHECK (state IN ('intent', 'done', 'failed')),
                    idempotency_key    TEXT NOT NULL,
                    watermark          TEXT,
                    external_reference TEXT,
                    input              TEXT NOT NULL,
                    output             TEXT,
                    error              TEXT,
                    started            INTEGER NOT NULL,
                    ended              INTEGER,
                    UNIQUE (run, task_path, sequence)
                ) STRICT;

                CREATE UNIQUE INDEX step_external_reference ON step (kind, external_reference)
                    WHERE external_reference IS NOT NULL;

                CREATE VIEW run_overview AS
                SELECT run.id,
                       run.script_name AS script,
                       run.status,
                       run.outcome,
                       run.message,
                       strftime('%Y-%m-%dT%H:%M:%fZ', run.started / 1e6, 'unixepoch') AS started,
                       (run.ended - run.started) / 1e6 AS seconds,
                       count(*) FILTER (WHERE step.kind <> 'tick') AS steps,
                       count(*) FILTER (WHERE step.state = 'failed') AS failed_steps,
                       count(*) FILTER (WHERE step.state = 'intent') AS open_steps
                FROM run LEFT JOIN step ON step.run = run.id
                GROUP BY run.position
                ORDER BY run.started DESC, run.position DESC;
                """
        )
    ]
}
