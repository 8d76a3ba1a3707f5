/**
 * Edits of data sets with their history, excluded pictures, and which revision of its data set a
 * run saw.
 */
export const migration = {
  version: 4,
  name: 'edits',
  sql: `
ALTER TABLE datasets ADD COLUMN excluded_count INTEGER NOT NULL DEFAULT 0;

-- 0: takes part. 1: excluded by the person. 2: absent: still arriving, or of an addition that was undone.
ALTER TABLE pictures ADD COLUMN standing INTEGER NOT NULL DEFAULT 0 CHECK (standing IN (0, 1, 2));
DROP INDEX pictures_dataset;
DROP INDEX pictures_class;
DROP INDEX pictures_unlabelled;
CREATE INDEX pictures_dataset ON pictures (dataset_id, standing, seq);
CREATE INDEX pictures_class ON pictures (class_id, standing, seq);
CREATE INDEX pictures_unlabelled ON pictures (dataset_id, standing, seq) WHERE class_id IS NULL;

-- Runs from before saw what is there now.
ALTER TABLE runs ADD COLUMN dataset_revision INTEGER;
UPDATE runs SET dataset_revision = (SELECT revision FROM datasets WHERE datasets.id = runs.dataset_id);

-- Append-only: every revision that an edit, an undo or a redo made. From any revision on, the
-- steps behind it taken back one by one give the data set as it was then.
CREATE TABLE dataset_steps (
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- What was done; 'undo' and 'redo' name the edit they concern in edit_revision.
  kind TEXT NOT NULL,
  edit_revision INTEGER NOT NULL,
  -- Of an edit. 'dropped': undone, and then something else was done instead.
  state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'dropped')),
  what TEXT NOT NULL,
  picture_count INTEGER NOT NULL,
  -- Of an edit, both directions: classes as JSON, pictures packed (picture-changes.ts).
  classes TEXT,
  pictures BLOB,
  PRIMARY KEY (dataset_id, revision)
) STRICT;
`,
} as const
