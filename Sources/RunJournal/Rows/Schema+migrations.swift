internal import Storage

extension Schema {
    /// All changes in their order.
    static let journalMigrations: [Migration] = [
        Migration(
            name: "scripts, runs and steps",
            sql: """
                CREATE TABLE script (
                    sha256     TEXT PRIMARY KEY NOT NULL,
                    name       TEXT NOT NULL,
                    source     TEXT NOT NULL,
                    first_seen {int} NOT NULL
                ) {strict};

                CREATE TABLE run (
                    position            {id},
                    id                  {text} NOT NULL UNIQUE,
                    script_name         TEXT NOT NULL,
                    script_sha256       TEXT NOT NULL REFERENCES script (sha256),
                    arguments           TEXT NOT NULL,
                    status              TEXT NOT NULL,
                    outcome             TEXT,
                    message             TEXT,
                    attempt             {int} NOT NULL,
                    seed                {int} NOT NULL,
                    owner_process_id    {int} NOT NULL,
                    owner_process_start {int} NOT NULL,
                    owner_boot_id       TEXT NOT NULL,
                    started             {int} NOT NULL,
                    ended               {int}
                ) {strict};

                CREATE INDEX run_started ON run (started);
                CREATE INDEX run_status ON run (status);

                CREATE TABLE step (
                    position           {id},
                    run                TEXT NOT NULL REFERENCES run (id),
                    task_path          TEXT NOT NULL,
                    sequence           {int} NOT NULL,
                    name               TEXT NOT NULL,
                    kind               TEXT NOT NULL,
                    state              TEXT NOT NULL CHECK (state IN ('intent', 'done', 'failed')),
                    idempotency_key    TEXT NOT NULL,
                    watermark          TEXT,
                    external_reference TEXT,
                    input              TEXT NOT NULL,
                    output             TEXT,
                    error              TEXT,
                    started            {int} NOT NULL,
                    ended              {int},
                    UNIQUE (run, task_path, sequence)
                ) {strict};

                CREATE UNIQUE INDEX step_external_reference ON step (kind, external_reference)
                    WHERE external_reference IS NOT NULL;

                CREATE VIEW run_overview AS
                SELECT run.id,
                       run.script_name AS script,
                       run.status,
                       run.outcome,
                       run.message,
                       {utc}run.started{/utc} AS started,
                       (run.ended - run.started) / 1e6 AS seconds,
                       count(*) FILTER (WHERE step.kind <> 'tick') AS steps,
                       count(*) FILTER (WHERE step.state = 'failed') AS failed_steps,
                       count(*) FILTER (WHERE step.state = 'intent') AS open_steps
                FROM run LEFT JOIN step ON step.run = run.id
                GROUP BY run.position
                ORDER BY run.started DESC, run.position DESC;
                """
        ),
        Migration(
            name: "claims, questions, locks, state and outbox",
            sql: """
                ALTER TABLE run ADD COLUMN fence {int} NOT NULL DEFAULT 1;
                ALTER TABLE run ADD COLUMN lease_end {int} NOT NULL DEFAULT 0;
                ALTER TABLE run ADD COLUMN cancel_requested {int} NOT NULL DEFAULT 0
                    CHECK (cancel_requested IN (0, 1));
                ALTER TABLE step ADD COLUMN question TEXT;
                ALTER TABLE step ADD COLUMN repeat {int} NOT NULL DEFAULT 0 CHECK (repeat IN (0, 1));

                -- Only the runs that are not over have no end, so this stays small.
                CREATE INDEX run_open ON run (started) WHERE ended IS NULL;

                CREATE TABLE run_module (
                    run    TEXT NOT NULL REFERENCES run (id),
                    module TEXT NOT NULL,
                    sha256 TEXT NOT NULL REFERENCES script (sha256),
                    PRIMARY KEY (run, module)
                ) {keyed};

                CREATE TABLE lock (
                    position  {id},
                    name      {text} NOT NULL,
                    mode      TEXT NOT NULL CHECK (mode IN ('shared', 'exclusive')),
                    run       TEXT NOT NULL REFERENCES run (id),
                    task_path TEXT NOT NULL,
                    sequence  {int} NOT NULL,
                    since     {int} NOT NULL,
                    UNIQUE (name, run, task_path, sequence)
                ) {strict};

                CREATE INDEX lock_run ON lock (run);
                CREATE INDEX lock_mode ON lock (name, mode);

                CREATE TABLE state (
                    namespace {text} NOT NULL,
                    key       {text} NOT NULL,
                    value     TEXT NOT NULL,
                    changed   {int} NOT NULL,
                    PRIMARY KEY (namespace, key)
                ) {strict};

                CREATE TABLE outbox (
                    position     {id},
                    key          TEXT NOT NULL UNIQUE,
                    run          TEXT NOT NULL REFERENCES run (id),
                    target       TEXT NOT NULL,
                    body         TEXT NOT NULL,
                    sent         {int} NOT NULL,
                    attempts     {int} NOT NULL,
                    last_attempt {int},
                    last_error   TEXT,
                    next_attempt {int}
                ) {strict};

                CREATE INDEX outbox_open ON outbox (sent) WHERE next_attempt IS NOT NULL;

                CREATE TABLE note (
                    position {id},
                    run      TEXT NOT NULL REFERENCES run (id),
                    time     {int} NOT NULL,
                    kind     TEXT NOT NULL,
                    message  TEXT NOT NULL
                ) {strict};

                CREATE INDEX note_run ON note (run);

                DROP VIEW run_overview;

                CREATE VIEW run_overview AS
                SELECT run.id,
                       run.script_name AS script,
                       run.status,
                       run.outcome,
                       run.message,
                       {utc}run.started{/utc} AS started,
                       (run.ended - run.started) / 1e6 AS seconds,
                       run.attempt,
                       count(*) FILTER (WHERE step.kind <> 'tick') AS steps,
                       count(*) FILTER (WHERE step.state = 'failed') AS failed_steps,
                       count(*) FILTER (WHERE step.state = 'intent') AS open_steps,
                       count(step.question) AS questions
                FROM run LEFT JOIN step ON step.run = run.id
                GROUP BY run.position
                ORDER BY run.status = 'parked' DESC, run.started DESC, run.position DESC;
                """
        ),
        Migration(
            name: "schedules",
            sql: """
                CREATE TABLE schedule_slot (
                    schedule TEXT NOT NULL,
                    slot     {int} NOT NULL,
                    rule     TEXT NOT NULL,
                    state    TEXT NOT NULL,
                    run      TEXT REFERENCES run (id),
                    message  TEXT,
                    recorded {int} NOT NULL,
                    PRIMARY KEY (schedule, slot)
                ) {keyed};
                """
        ),
        Migration(
            name: "waits for locks",
            sql: """
                CREATE TABLE lock_wait (
                    name      TEXT NOT NULL,
                    mode      TEXT NOT NULL CHECK (mode IN ('shared', 'exclusive')),
                    run       TEXT NOT NULL REFERENCES run (id),
                    task_path TEXT NOT NULL,
                    sequence  {int} NOT NULL,
                    keeping   TEXT NOT NULL,
                    PRIMARY KEY (run, task_path, sequence)
                ) {strict};
                """
        ),
        Migration(
            name: "history",
            sql: """
                -- Nobody looks for one status, and lists of several would be sorted by hand.
                DROP INDEX run_status;
                CREATE INDEX run_script ON run (script_name, started, position);
                CREATE INDEX run_trouble ON run (started, position) WHERE status <> 'ok';
                """
        ),
    ]
}
