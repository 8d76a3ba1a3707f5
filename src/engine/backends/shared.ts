/** What the backends have in common. */
import { refusal } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import { tf } from '../tf.ts'

export const residentBytes = (): number => process.memoryUsage.rss()

/** Makes a registered tfjs backend the current one. @throws StudioError when it does not start. */
export async function activate(name: string): Promise<void> {
  if (!(await tf.setBackend(name)))
    throw refusal('engine-unavailable', message('engine.notStarted', { engine: name }))
}

/** A `close` that runs once: the backend leaves the tf engine together with its tensors. */
export function closer(name: string, release: () => void = () => {}): () => Promise<void> {
  let closed = false
  return async () => {
    if (closed) return
    closed = true
    tf.removeBackend(name)
    release()
  }
}
