/** Why a file was left out, as a key with values instead of an English sentence. */
const asMessage = "json_object('key', 'problem.text', 'values', json_object('text', message))"

export const migration = {
  version: 23,
  name: 'reasons',
  sql: `
UPDATE import_problems SET message = ${asMessage};
UPDATE left_out SET message = ${asMessage};
`,
} as const
