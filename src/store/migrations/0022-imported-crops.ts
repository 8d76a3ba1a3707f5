/** Crop boxes that come with pictures of an addition. */
export const migration = {
  version: 22,
  name: 'imported-crops',
  sql: `
-- JSON, as pictures.crop. Null: all of it.
ALTER TABLE arrivals ADD COLUMN crop TEXT;
`,
} as const
