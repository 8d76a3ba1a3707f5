/** Pictures are always copied: nothing is read where the person keeps it. */
export const migration = {
  version: 15,
  name: 'unreferenced',
  sql: `
DROP TABLE referenced_files;
`,
} as const
