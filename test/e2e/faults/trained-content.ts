/** What a run has learned so far, to compare runs byte for byte. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeSafetensors } from '../../../src/engine/safetensors.ts'

/** Oldest first. */
export const checkpointsOf = async (dataFolder: string, runId: string): Promise<string[]> =>
  (await readdir(join(dataFolder, 'runs', runId, 'checkpoints'))).filter((name) => name.endsWith('.safetensors')).sort().map((name) => join(dataFolder, 'runs', runId, 'checkpoints', name))

/** Everything that training changed, of a run's newest checkpoint. */
export async function trainedContent(dataFolder: string, runId: string): Promise<string> {
  const file = (await checkpointsOf(dataFolder, runId)).at(-1) ?? ''
  const { tensors } = decodeSafetensors(await readFile(file), file)
  const hash = createHash('sha256')
  for (const [key, { data: numbers }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(key).update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
  return hash.digest('hex')
}
