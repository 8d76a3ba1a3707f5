/** How the colours of a data set are taken. */
export const migration = {
  version: 11,
  name: 'colour',
  sql: `
ALTER TABLE datasets ADD COLUMN colour TEXT NOT NULL DEFAULT 'as-is';
-- Of a palette.
ALTER TABLE datasets ADD COLUMN colours INTEGER NOT NULL DEFAULT 16;
`,
} as const
