/** Pictures need not be square. */
export const migration = {
  version: 18,
  name: 'aspect',
  sql: `
ALTER TABLE datasets ADD COLUMN aspect TEXT NOT NULL DEFAULT '1:1';
-- samples.size and snapshots.tile are the width; without a height, it is the same.
ALTER TABLE samples ADD COLUMN height INTEGER;
ALTER TABLE snapshots ADD COLUMN height INTEGER;
`,
} as const
