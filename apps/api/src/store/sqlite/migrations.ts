/** The schema, step by step. A step that was released is never changed; new ones go to the end. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE datasets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    demo INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    path TEXT NOT NULL,
    label_rule TEXT NOT NULL,
    valid_share REAL NOT NULL,
    seed INTEGER NOT NULL,
    status TEXT NOT NULL,
    error TEXT,
    problems TEXT NOT NULL,
    version INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX datasets_by_age ON datasets (created_at, id);

  CREATE TABLE dataset_versions (
    dataset_id TEXT NOT NULL REFERENCES datasets (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (dataset_id, version)
  ) STRICT;

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    tags TEXT NOT NULL,
    demo INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    dataset_id TEXT NOT NULL REFERENCES datasets (id),
    dataset_version INTEGER NOT NULL,
    settings TEXT NOT NULL,
    client_key TEXT UNIQUE,
    input_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_age ON runs (created_at, id);
  CREATE INDEX runs_by_name ON runs (name, id);
  CREATE INDEX runs_by_status ON runs (status);

  CREATE TABLE run_events (
    run_id TEXT NOT NULL REFERENCES runs (id),
    seq INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    fact TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE run_commands (
    run_id TEXT NOT NULL REFERENCES runs (id),
    number INTEGER NOT NULL,
    command TEXT NOT NULL,
    at INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    PRIMARY KEY (run_id, number)
  ) STRICT;

  CREATE TABLE kept_values (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE run_commands ADD COLUMN adjustment TEXT;
  CREATE UNIQUE INDEX one_command_waits ON run_commands (run_id) WHERE settled = 0;
  ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
  `,
  `ALTER TABLE runs ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0;`,
];
