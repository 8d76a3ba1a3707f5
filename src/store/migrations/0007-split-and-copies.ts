/** A split of each data set's own, augmented copies with their recipe, and originals that stay where they were. */
export const migration = {
  version: 7,
  name: 'split-and-copies',
  sql: `
-- JSON: shares, seed and the revision since which it holds; null: each run parts its pictures by itself.
ALTER TABLE datasets ADD COLUMN split TEXT;
-- 0: train. 1: validation. 2: test. Null: without a split, or come after it.
ALTER TABLE pictures ADD COLUMN part INTEGER CHECK (part IN (0, 1, 2));
CREATE INDEX pictures_part ON pictures (dataset_id, part, seq) WHERE part IS NOT NULL;

-- Of an augmented copy: the picture it was made from, and how (JSON).
ALTER TABLE pictures ADD COLUMN parent_id TEXT REFERENCES pictures (id) ON DELETE CASCADE;
ALTER TABLE pictures ADD COLUMN recipe TEXT;
CREATE INDEX pictures_parent ON pictures (parent_id) WHERE parent_id IS NOT NULL;

-- Of a step that changed the split: JSON, both directions.
ALTER TABLE dataset_steps ADD COLUMN split TEXT;

-- Content that is read where the person keeps it, instead of from a copy.
CREATE TABLE referenced_files (
  sha256 BLOB PRIMARY KEY,
  path TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const
