/** What pictures look like at a glance, worked out when near-duplicates are first looked for. */
export const migration = {
  version: 6,
  name: 'likenesses',
  sql: `
CREATE TABLE likenesses (
  seq INTEGER PRIMARY KEY REFERENCES pictures (seq) ON DELETE CASCADE,
  likeness BLOB NOT NULL
) STRICT;
`,
} as const
