/** How far the discriminator knew its pictures by heart; most ticks have none. */
export const migration = {
  version: 5,
  name: 'overfit',
  sql: `
ALTER TABLE ticks ADD COLUMN overfit REAL;
`,
} as const
