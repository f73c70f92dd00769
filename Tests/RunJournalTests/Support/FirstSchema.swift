/// A journal as the first schema made it, with a run that is over, one that is not, and their steps.
///
/// It is written out, so that a change of the first migration is noticed here.
enum FirstSchema {
    static let sql = """
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

        INSERT INTO migration VALUES (1, 'scripts, runs and steps');
        PRAGMA application_id = 1296781898;
        PRAGMA user_version = 1;
        PRAGMA journal_mode = WAL;

        INSERT INTO script VALUES ('5ca1ab1e', 'nightly', 'print(''hello'')', 1000);
        INSERT INTO run VALUES
            (1, 'r0', 'nightly', '5ca1ab1e', '{}', 'warning', 'warning', '2 files', 1, 5, 42, 7, 'b00t', 10, 20),
            (2, 'r1', 'nightly', '5ca1ab1e', '{"site":"öl"}', 'running', NULL, NULL, 1, -7, 42, 1234567, 'b00t', 1000000,
                NULL);
        INSERT INTO step VALUES
            (1, 'r0', '0', 0, 'backup.start', 'start', 'done', 'r0/0#0', NULL, 'b1', '{}', '"b1"', NULL, 11, 12),
            (2, 'r1', '0', 0, 'backup.start', 'start', 'intent', 'r1/0#0', '{"newest":"b0"}', NULL, '{"config":"etc"}',
                NULL, NULL, 2000000, NULL);
        """
}
