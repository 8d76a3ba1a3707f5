/** What came with an import by `gan-studio.json`. */
export const migration = {
  version: 24,
  name: 'noted',
  sql: `
-- JSON, as ImportReport.noted. Null: nothing came this way.
ALTER TABLE import_reports ADD COLUMN noted TEXT;
`,
} as const
