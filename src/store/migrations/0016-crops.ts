/** A crop box for each picture, where the person chose one. */
export const migration = {
  version: 16,
  name: 'crops',
  sql: `
-- JSON: x, y, width and height as shares of the displayed picture; null: whole, fitted as the data set says.
ALTER TABLE pictures ADD COLUMN crop TEXT;
`,
} as const
