/** The network, off the page's thread; the same script as the page's, which knows by its surroundings. */
import type { Interpreter } from '../engine/lowered/interpreter.ts'
import { interpreterOf, type PlayerModel } from './model.ts'

export interface Wanted {
  readonly id: number
  readonly latent: Float32Array
  readonly label: Float32Array | null
}
export interface Made {
  readonly id: number
  /** [H,W,C] in [-1,1] */
  readonly picture: Float32Array
  readonly ms: number
}
export interface Opening {
  readonly model: PlayerModel
  readonly weights: Uint8Array
}
interface WorkerScope {
  onmessage: ((event: MessageEvent<Opening | Wanted>) => void) | null
  postMessage(message: Made, transfer: readonly Transferable[]): void
}

export function make(interpreter: Interpreter, { id, latent, label }: Wanted): Made {
  const begin = performance.now()
  const picture = interpreter.run({ latent, ...(label === null ? {} : { label }) }).get('picture') as Float32Array
  return { id, picture, ms: performance.now() - begin }
}

export function work(scope: WorkerScope): void {
  let interpreter: Interpreter | null = null
  scope.onmessage = ({ data }) => {
    if ('model' in data) {
      interpreter = interpreterOf(data.model, data.weights)
      return
    }
    if (interpreter === null) return
    const made = make(interpreter, data)
    scope.postMessage(made, [made.picture.buffer])
  }
}
