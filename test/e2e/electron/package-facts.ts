/** Reads what a packaged application is made of, from its bytes. */
import { readFileSync } from 'node:fs'

interface ArchiveEntry {
  readonly files?: Readonly<Record<string, ArchiveEntry>>
  readonly unpacked?: boolean
}

/** The files of an asar archive: their paths, and whether each lies beside it. */
export function filesOfArchive(file: string): ReadonlyMap<string, 'inside' | 'beside'> {
  const bytes = readFileSync(file)
  // Two pickles: one holds the length of the other, which holds a string.
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as ArchiveEntry
  const found = new Map<string, 'inside' | 'beside'>()
  const walk = (entry: ArchiveEntry, path: string): void => {
    if (entry.files === undefined) found.set(path, entry.unpacked === true ? 'beside' : 'inside')
    else for (const [name, inner] of Object.entries(entry.files)) walk(inner, path === '' ? name : `${path}/${name}`)
  }
  walk(header, '')
  return found
}

const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** In the order of the wire, version 1. */
const fuseNames = ['runAsNode', 'cookieEncryption', 'nodeOptions', 'inspect', 'asarIntegrity', 'onlyAsar', 'v8Snapshot', 'fileProtocol'] as const

/** The fuses of an Electron executable that it has: on or off. */
export function fusesOf(executable: string): Readonly<Partial<Record<(typeof fuseNames)[number], boolean>>> {
  const bytes = readFileSync(executable)
  const at = bytes.indexOf(fuseSentinel) + fuseSentinel.length
  const [version, count] = [bytes[at], bytes[at + 1]]
  if (at < fuseSentinel.length || version !== 1 || count === undefined) throw new Error(`${executable} has no fuses of version 1.`)
  const states = bytes.toString('latin1', at + 2, at + 2 + count)
  return Object.fromEntries(fuseNames.flatMap((name, index) => (states[index] === '0' || states[index] === '1' ? [[name, states[index] === '1']] : [])))
}
