/** Writes text in encodings that JavaScript only reads. */
const tables = new Map<string, ReadonlyMap<string, readonly number[]>>()

/** By decoding every byte and every pair of bytes once. */
function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding)
  if (known !== undefined) return known
  const decoder = new TextDecoder(encoding, { fatal: true })
  const table = new Map<string, readonly number[]>()
  const put = (...bytes: readonly number[]): void => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes))
      if ([...character].length === 1 && !table.has(character)) table.set(character, bytes)
    } catch {
      // These bytes are no character.
    }
  }
  for (let byte = 0; byte < 0xff; byte += 1) put(byte)
  for (let lead = 0x81; lead < 0xff; lead += 1) for (let trail = 0x40; trail < 0xff; trail += 1) put(lead, trail)
  tables.set(encoding, table)
  return table
}

export function encoded(encoding: string, text: string): Buffer {
  const table = tableOf(encoding)
  return Buffer.from([...text].flatMap((character) => table.get(character) ?? wrong(encoding, character)))
}

function wrong(encoding: string, character: string): never {
  throw new Error(`${encoding} has no ${character}.`)
}
