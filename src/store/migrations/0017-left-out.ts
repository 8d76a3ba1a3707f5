/** Files that imports could not take stay with their data set, so that they can be tried again. */
export const migration = {
  version: 17,
  name: 'left-out',
  sql: `
CREATE TABLE left_out (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (import_id, path)
) STRICT, WITHOUT ROWID;
-- What reports still know; a report is of the latest import.
INSERT OR IGNORE INTO left_out
SELECT (SELECT id FROM imports WHERE imports.dataset_id = import_problems.dataset_id AND state = 'done' ORDER BY started_at DESC LIMIT 1) AS import_id, path, kind, message
FROM import_problems WHERE kind NOT IN ('duplicate', 'label') AND EXISTS (SELECT 1 FROM imports WHERE imports.dataset_id = import_problems.dataset_id AND state = 'done');
`,
} as const
