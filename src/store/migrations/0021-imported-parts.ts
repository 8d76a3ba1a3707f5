/** Parts of a split that come with pictures, and how many copies do. */
export const migration = {
  version: 21,
  name: 'imported-parts',
  sql: `
-- 0: train. 1: validation. 2: test. Null: the addition says nothing.
ALTER TABLE arrivals ADD COLUMN part INTEGER CHECK (part IN (0, 1, 2));

-- JSON: pictures of each part. Null: without a split.
ALTER TABLE import_reports ADD COLUMN parts TEXT;
ALTER TABLE import_reports ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;
`,
} as const
