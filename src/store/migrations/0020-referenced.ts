/** Pictures may stay where the person has them: then the database knows the place instead of a copy. */
export const migration = {
  version: 20,
  name: 'referenced',
  sql: `
CREATE TABLE referenced (
  sha256 BLOB PRIMARY KEY,
  -- Absolute.
  path TEXT NOT NULL,
  -- What the file was like when it was last seen whole.
  bytes INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  -- There, gone, changed, unreadable, as it was last looked at.
  whereabouts INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- However a picture's last row goes, its place goes with it.
CREATE TRIGGER referenced_no_more AFTER DELETE ON pictures BEGIN
  DELETE FROM referenced WHERE sha256 = OLD.sha256 AND NOT EXISTS (SELECT 1 FROM pictures WHERE sha256 = OLD.sha256);
END;
ALTER TABLE imports ADD COLUMN in_place INTEGER NOT NULL DEFAULT 0;
`,
} as const
