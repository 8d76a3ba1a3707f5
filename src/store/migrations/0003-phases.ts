/** What training steers by, beside the curves. Older ticks were all of the adversarial phase. */
export const migration = {
  version: 3,
  name: 'phases',
  sql: `
ALTER TABLE ticks ADD COLUMN phase TEXT NOT NULL DEFAULT 'adversarial';
ALTER TABLE ticks ADD COLUMN certainty REAL;
ALTER TABLE ticks ADD COLUMN augment_probability REAL;
`,
} as const
