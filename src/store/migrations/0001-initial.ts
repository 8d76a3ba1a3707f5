/**
 * The first schema. Rules it follows:
 * - Deleting is soft (`deleted_at`); purging really removes.
 * - Samples name their run, runs only remember their dataset: a run outlives its dataset.
 * - `sample_counts` keeps gallery totals per run, class and block of 4,096 samples, so that
 *   totals and jumps to any offset cost the same at a million samples as at a hundred.
 */
export const migration = {
  version: 1,
  name: 'initial',
  sql: `
CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('importing', 'ready')),
  resolution INTEGER NOT NULL,
  fit TEXT NOT NULL,
  -- Rises whenever pictures or labels change; caches made from the dataset carry it.
  revision INTEGER NOT NULL DEFAULT 1,
  picture_count INTEGER NOT NULL DEFAULT 0,
  unlabelled_count INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  cover_ids TEXT NOT NULL DEFAULT '[]',
  deleted_at INTEGER
) STRICT;

CREATE TABLE classes (
  id TEXT PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  count INTEGER NOT NULL DEFAULT 0,
  UNIQUE (dataset_id, name)
) STRICT;

CREATE TABLE pictures (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  class_id TEXT REFERENCES classes (id) ON DELETE SET NULL,
  source_path TEXT NOT NULL,
  sha256 BLOB NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  format TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  -- What the pixels hold: 'grey', 'colour' or 'transparent'.
  colour TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX pictures_content ON pictures (sha256, dataset_id);
CREATE INDEX pictures_dataset ON pictures (dataset_id, seq);
CREATE INDEX pictures_class ON pictures (class_id, seq);
CREATE INDEX pictures_unlabelled ON pictures (dataset_id, seq) WHERE class_id IS NULL;

CREATE TABLE import_reports (
  dataset_id TEXT PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
  taken INTEGER NOT NULL,
  per_class TEXT NOT NULL,
  counts TEXT NOT NULL,
  animated_first_frames INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE import_problems (
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (dataset_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  dataset_id TEXT NOT NULL,
  dataset_name TEXT NOT NULL,
  class_ids TEXT NOT NULL,
  class_names TEXT NOT NULL,
  options TEXT NOT NULL,
  engine TEXT NOT NULL,
  budget TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  images_seen INTEGER NOT NULL,
  total_images INTEGER,
  elapsed_ms REAL NOT NULL,
  remaining_ms REAL,
  images_per_second REAL,
  memory_bytes INTEGER,
  error TEXT,
  notice TEXT,
  initialised_from TEXT,
  checkpoint_at INTEGER,
  folder TEXT NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE INDEX runs_state ON runs (state);
CREATE INDEX runs_dataset ON runs (dataset_id);

CREATE TABLE ticks (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  images_seen INTEGER NOT NULL,
  elapsed_ms REAL NOT NULL,
  loss_d REAL NOT NULL,
  loss_g REAL NOT NULL,
  p_real REAL NOT NULL,
  p_fake REAL NOT NULL,
  penalty REAL NOT NULL,
  learning_rate REAL NOT NULL,
  images_per_second REAL NOT NULL,
  memory_bytes REAL NOT NULL,
  PRIMARY KEY (run_id, images_seen)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  images_seen INTEGER NOT NULL,
  file TEXT NOT NULL,
  columns INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  PRIMARY KEY (run_id, images_seen)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  images_seen INTEGER NOT NULL,
  file TEXT NOT NULL,
  elapsed_ms REAL NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, images_seen)
) STRICT, WITHOUT ROWID;

CREATE TABLE samples (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL REFERENCES runs (id),
  class_name TEXT,
  seed INTEGER NOT NULL,
  truncation REAL NOT NULL,
  images_seen INTEGER NOT NULL,
  size INTEGER NOT NULL,
  engine TEXT NOT NULL,
  file TEXT NOT NULL,
  favourite INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE INDEX samples_run ON samples (run_id, seq) WHERE deleted_at IS NULL;
CREATE INDEX samples_class ON samples (class_name, seq) WHERE deleted_at IS NULL;
CREATE INDEX samples_run_class ON samples (run_id, class_name, seq) WHERE deleted_at IS NULL;
CREATE INDEX samples_live ON samples (seq) WHERE deleted_at IS NULL;
CREATE INDEX favourites_run ON samples (run_id, seq) WHERE deleted_at IS NULL AND favourite = 1;
CREATE INDEX favourites_class ON samples (class_name, seq) WHERE deleted_at IS NULL AND favourite = 1;
CREATE INDEX favourites_run_class ON samples (run_id, class_name, seq) WHERE deleted_at IS NULL AND favourite = 1;
CREATE INDEX favourites_live ON samples (seq) WHERE deleted_at IS NULL AND favourite = 1;
CREATE INDEX samples_deleted ON samples (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE sample_counts (
  block INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  class_name TEXT NOT NULL,
  live INTEGER NOT NULL,
  favourites INTEGER NOT NULL,
  PRIMARY KEY (block, run_id, class_name)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER samples_inserted AFTER INSERT ON samples BEGIN
  INSERT INTO sample_counts (block, run_id, class_name, live, favourites)
  VALUES (new.seq >> 12, new.run_id, ifnull(new.class_name, ''), new.deleted_at IS NULL, new.favourite AND new.deleted_at IS NULL)
  ON CONFLICT DO UPDATE SET live = live + excluded.live, favourites = favourites + excluded.favourites;
END;
CREATE TRIGGER samples_changed AFTER UPDATE OF favourite, deleted_at ON samples BEGIN
  UPDATE sample_counts SET
    live = live + (new.deleted_at IS NULL) - (old.deleted_at IS NULL),
    favourites = favourites + (new.favourite AND new.deleted_at IS NULL) - (old.favourite AND old.deleted_at IS NULL)
  WHERE block = new.seq >> 12 AND run_id = new.run_id AND class_name = ifnull(new.class_name, '');
END;
CREATE TRIGGER samples_removed AFTER DELETE ON samples BEGIN
  UPDATE sample_counts SET
    live = live - (old.deleted_at IS NULL),
    favourites = favourites - (old.favourite AND old.deleted_at IS NULL)
  WHERE block = old.seq >> 12 AND run_id = old.run_id AND class_name = ifnull(old.class_name, '');
END;

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE engine_measurements (
  engine TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  usable INTEGER NOT NULL,
  reason TEXT,
  images_per_second REAL,
  measured_at INTEGER,
  -- Version of the engine and the machine it was measured on: another key means measure again.
  measured_with TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const
