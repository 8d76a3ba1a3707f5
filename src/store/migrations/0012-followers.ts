/** Runs that wait for another to end, to be compared with it. */
export const migration = {
  version: 12,
  name: 'followers',
  sql: `
-- The run whose end it waits for, or waited for; null: none.
ALTER TABLE runs ADD COLUMN follows TEXT;
`,
} as const
