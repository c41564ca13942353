/** What brings a database from one version to the next; the first makes it. Never changed once released: another is added. */
export const migrations: readonly string[] = [
  `CREATE TABLE requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    model TEXT NOT NULL,
    role TEXT,
    route TEXT NOT NULL,
    started_at TEXT NOT NULL,
    queue_ms REAL NOT NULL,
    prompt_ms REAL NOT NULL,
    generate_ms REAL NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    reused_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    drafted_tokens INTEGER NOT NULL,
    accepted_tokens INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    finish TEXT NOT NULL,
    error TEXT
  ) STRICT;
  CREATE INDEX requests_by_id ON requests (id);
  CREATE INDEX requests_by_key ON requests (key, seq);
  CREATE TABLE traces (
    seq INTEGER PRIMARY KEY,
    steps TEXT NOT NULL,
    dropped INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE results (
    seq INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE evictions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    reason TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    at TEXT NOT NULL
  ) STRICT;`,
]
