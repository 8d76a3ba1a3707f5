/** Short, sortable by time, safe in file names: prefix, 9 base-36 time characters, 6 random ones. */
export function newId(prefix: string): string {
  const time = Date.now().toString(36).padStart(9, '0')
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(6))
  const random = Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
  return `${prefix}_${time}${random}`
}
