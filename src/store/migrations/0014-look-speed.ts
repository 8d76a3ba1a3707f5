/** How fast the network of looks was, to say what the next will take. */
export const migration = {
  version: 14,
  name: 'look-speed',
  sql: `
ALTER TABLE looks ADD COLUMN images_per_second REAL;
`,
} as const
