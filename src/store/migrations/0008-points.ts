/** Where in the latent space a picture lies that was not made from its seed alone. */
export const migration = {
  version: 8,
  name: 'points',
  sql: `
-- A LatentPoint as JSON; null: the seed's latent and the class.
ALTER TABLE samples ADD COLUMN point TEXT;
`,
} as const
