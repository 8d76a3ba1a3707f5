/** Imports and additions from their beginning on, so that one that was cut short can go on. */
export const migration = {
  version: 10,
  name: 'imports',
  sql: `
CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  started_at INTEGER NOT NULL,
  -- 1: to a data set that was there.
  adding INTEGER NOT NULL,
  -- What the person named, absolute, and the rule for classes; JSON.
  paths TEXT NOT NULL,
  rule TEXT NOT NULL,
  -- Files found there; null: not counted yet.
  total INTEGER,
  state TEXT NOT NULL CHECK (state IN ('open', 'cut-short', 'done'))
) STRICT;
CREATE INDEX imports_dataset ON imports (dataset_id, state);

-- Pictures of an addition that goes on: absent until all have come, then one step.
CREATE TABLE arrivals (
  seq INTEGER PRIMARY KEY REFERENCES pictures (seq) ON DELETE CASCADE,
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  class_name TEXT
) STRICT;
CREATE INDEX arrivals_import ON arrivals (import_id);
`,
} as const
