/** A decoder process that some pictures crash: told by a mark behind their end. */
import { readFileSync } from 'node:fs'

process.on('message', (command) => {
  const { sources = [] } = command as { readonly sources?: readonly unknown[] }
  for (const source of sources) {
    if (typeof source !== 'string' && !(source instanceof Uint8Array)) continue
    const bytes = Buffer.from(typeof source === 'string' ? readFileSync(source) : source)
    if (bytes.includes('crash the decoder')) process.kill(process.pid, 'SIGSEGV')
  }
})
await import('../../../src/studio/decoder-process.ts')
