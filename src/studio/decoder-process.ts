/**
 * Entry of a decoder process: pictures are decoded here and nowhere else, so that one that crashes the
 * decoder costs itself and not the studio. It answers requests until the studio is gone.
 */
import { decode, type DecodeCommand, type DecodeReply, type DecodeRequest, type Outcome } from '../dataset/decoding.ts'
import { Originals } from '../dataset/originals.ts'
import { firstToEnd } from './first-to-end.ts'
import { openChannel } from './parent-channel.ts'

firstToEnd()
/** Of one request: while one picture waits for the decoder, the next is read or written. */
const underWay = 3
const beatMs = 1000
const channel = openChannel<DecodeCommand, DecodeReply>()
let originals = new Originals('')
const cancelled = new Set<number>()
let beatAt = performance.now()

async function answer({ id, dataFolder, task, sources }: DecodeRequest): Promise<void> {
  if (originals.dataFolder !== dataFolder) originals = new Originals(dataFolder)
  const outcomes: Outcome[] = new Array(sources.length)
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < sources.length && !cancelled.has(id)) {
      const index = next++
      outcomes[index] = await decode(task, sources[index] ?? '', originals)
      if (performance.now() - beatAt > beatMs) say({ type: 'beat' })
    }
  }
  await Promise.all(Array.from({ length: underWay }, worker))
  cancelled.delete(id)
  say({ type: 'done', id, outcomes })
}

function say(reply: DecodeReply): void {
  beatAt = performance.now()
  channel.send(reply)
}

// Ctrl-C reaches the whole process group: the studio decides what becomes of its imports.
process.on('SIGINT', () => {})
// Not `exit`: that would wait for the pictures in hand.
channel.onClosed(() => process.kill(process.pid, 'SIGKILL'))
channel.onCommand((command) => {
  if ('cancel' in command) cancelled.add(command.cancel)
  else void answer(command)
})
say({ type: 'ready' })
