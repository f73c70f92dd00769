internal import Storage

extension Schema {
    /// The journal's tables. The tables may be read with plain SQL; start with the view `run_overview`.
    ///
    /// | table | a row is | columns |
    /// |---|---|---|
    /// | `script` | one source, by its SHA-256; never changed | `sha256`, `name`, `source`, `first_seen` |
    /// | `run` | one execution of a script | `id`, `script_name`, `script_sha256`, `arguments` (JSON), `status`, `outcome`, `message`, `attempt`, `seed`, `owner_process_id`, `owner_process_start`, `owner_boot_id`, `fence` (the number of the claim on it), `lease_end`, `cancel_requested` (0 or 1), `started`, `ended` |
    /// | `run_module` | a source that a run required, by the name under which it did | `run`, `module`, `sha256` |
    /// | `step` | one journaled host call, in the order of `position` | `run`, `task_path`, `sequence`, `name`, `kind`, `state` (`intent`, `done`, `failed`), `idempotency_key`, `watermark`, `question`, `repeat` (1: a person said that it is to be done again), `external_reference`, `input`, `output`, `error` (the texts are JSON), `started`, `ended` |
    /// | `lock` | a lock that a step holds, in the order of `position` | `name`, `mode` (`shared`, `exclusive`), `run`, `task_path`, `sequence`, `since` |
    /// | `lock_wait` | a step that waits for a lock without an end | `name`, `mode`, `run`, `task_path`, `sequence`, `keeping` (the run's steps whose locks stay held meanwhile: `0#3 0/1.1#0`) |
    /// | `state` | a value that scripts keep from run to run | `namespace`, `key`, `value` (JSON), `changed` |
    /// | `outbox` | a message that a run sent, in the order of `position` | `key`, `run`, `target`, `body` (JSON), `sent`, `attempts`, `last_attempt`, `last_error`, `next_attempt` (NULL: done with) |
    /// | `schedule_slot` | a moment at which a schedule was due | `schedule`, `slot`, `rule`, `state` (`followed`, `waiting`, `started`, `skipped`, `missed`, `failed`), `run`, `message`, `recorded` |
    /// | `note` | what happened to a run beside its steps, in the order of `position` | `run`, `time`, `kind`, `message` |
    /// | `migration` | one change of the schema | `version`, `name` |
    ///
    /// The view `run_overview` has a line for each run, the parked ones first and then the newest. Times are microseconds
    /// since 1970-01-01T00:00:00Z; a time or text that is not known is NULL. A large `watermark`, `input`, `output` or `error`
    /// of a step is a file of its own in the folder `JOURNAL.values`, and the column says `{"$value_file":"SHA-256","bytes":N}`.
    static let journal = Schema(
        // `MKRJ`
        applicationID: 0x4D4B_524A,
        migrations: journalMigrations
    )
}
