/** Which opening of the data folder the database saw last. */
export const migration = {
  version: 25,
  name: 'openings',
  sql: `
CREATE TABLE openings (mark TEXT NOT NULL) STRICT;
`,
} as const
