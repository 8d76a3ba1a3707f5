/** Entry of a decoding thread: takes chunks of files, so that the studio's own thread stays free. */
import { parentPort, workerData } from 'node:worker_threads'
import { fromSystemError } from '../base/errors.ts'
import { Originals } from './originals.ts'
import type { ChunkResult, PictureThreadData } from './picture-threads.ts'
import { take, type Taken, type TakeSource } from './take.ts'

/** While one waits for the decoder, the next is read or written. */
const underWay = 3
const originals = new Originals((workerData as PictureThreadData).dataFolder)

parentPort?.on('message', (sources: readonly TakeSource[]) => {
  void takeAll(sources)
    .then((taken): ChunkResult => ({ taken }))
    .catch((error: unknown): ChunkResult => {
      const { code, message } = fromSystemError(error, 'importing pictures')
      return { failure: { code, message } }
    })
    .then((result) => parentPort?.postMessage(result))
})

async function takeAll(sources: readonly TakeSource[]): Promise<Taken[]> {
  const taken: Taken[] = new Array(sources.length)
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < sources.length) {
      const index = next++
      taken[index] = await take(sources[index] ?? '', originals)
    }
  }
  await Promise.all(Array.from({ length: underWay }, worker))
  return taken
}
