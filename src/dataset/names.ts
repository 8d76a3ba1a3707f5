/** Numbers in names count as numbers, the same in every language. */
const collator = new Intl.Collator('en', { numeric: true })
export const byName = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
