/** One field of a line of CSV (RFC 4180). */

/** What a table program would take for a formula, and run; numbers are none. */
const formula = /^[=+\-@](?![\d.]+$)/

/** A formula gets a mark before it, as table programs understand it. */
export function csvCell(value: string): string {
  const text = formula.test(value) ? `'${value}` : value
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
