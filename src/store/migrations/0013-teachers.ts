/** Runs whose generators teach a run, as JSON. */
export const migration = {
  version: 13,
  name: 'teachers',
  sql: `
ALTER TABLE runs ADD COLUMN teachers TEXT NOT NULL DEFAULT '[]';
`,
} as const
