/** Which of another run's checkpoints a run started from. */
export const migration = {
  version: 19,
  name: 'initialised-at',
  sql: `
-- Images seen there; null: it started from a model or from nothing, or before this was kept.
ALTER TABLE runs ADD COLUMN initialised_at INTEGER;
`,
} as const
