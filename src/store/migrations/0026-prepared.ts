/** How pictures are made ready, as steps of the history. */
export const migration = {
  version: 26,
  name: 'prepared',
  sql: `
-- Of a step that changed size, shape, fit or colours: JSON, both directions.
ALTER TABLE dataset_steps ADD COLUMN settings TEXT;
`,
} as const
