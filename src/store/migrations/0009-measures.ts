/** What pictures are like: measured as they come in, or later for those that came before; and what a look at all of them found. */
export const migration = {
  version: 9,
  name: 'measures',
  sql: `
-- When the file was last changed, in epoch milliseconds.
ALTER TABLE pictures ADD COLUMN file_date INTEGER;
-- 1 once it was tried: a picture that cannot be read any more keeps none.
ALTER TABLE pictures ADD COLUMN measured INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pictures ADD COLUMN brightness REAL;
ALTER TABLE pictures ADD COLUMN sharpness REAL;
ALTER TABLE pictures ADD COLUMN saturation REAL;
-- 0xRRGGBB
ALTER TABLE pictures ADD COLUMN mean_colour INTEGER;
-- Empty most of the time.
CREATE INDEX pictures_unmeasured ON pictures (dataset_id) WHERE measured = 0;

CREATE TABLE looks (
  dataset_id TEXT PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  pictures INTEGER NOT NULL
) STRICT;
CREATE TABLE looked_at (
  seq INTEGER PRIMARY KEY REFERENCES pictures (seq) ON DELETE CASCADE,
  -- From the centre of its class; NULL without one.
  distance REAL,
  oddness REAL NOT NULL,
  -- Why it stands out, as a message; NULL: it does not.
  reason TEXT,
  x REAL NOT NULL,
  y REAL NOT NULL
) STRICT;
`,
} as const
