/** Scores along a run, and the checkpoint they found best. */
export const migration = {
  version: 2,
  name: 'scores',
  sql: `
ALTER TABLE runs ADD COLUMN best TEXT;

CREATE TABLE scores (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  images_seen INTEGER NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('quick', 'full')),
  part TEXT NOT NULL,
  kid REAL NOT NULL,
  -- All of it, as the contract has it.
  score TEXT NOT NULL,
  -- A later one of the same kind at the same moment replaces the first.
  PRIMARY KEY (run_id, images_seen, scope, part)
) STRICT, WITHOUT ROWID;
`,
}
