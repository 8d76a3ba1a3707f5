/** A graph loaded into TensorFlow; its variables keep their values between calls. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { tf } from '../tf.ts'
import { encodeSavedModel, savedModelTag, type GraphNode } from './graph-def.ts'
import { tensorflowBackend } from './tensorflow-binding.ts'

export class GraphSession {
  readonly #backend = tensorflowBackend()
  readonly #id: number

  /** @throws where TensorFlow refuses the graph, with its own words */
  constructor(nodes: readonly GraphNode[]) {
    const folder = mkdtempSync(join(tmpdir(), 'gan-studio-graph-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), Buffer.concat(encodeSavedModel(nodes)))
      this.#id = this.#backend.binding.loadSavedModel(folder, savedModelTag)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** Feeds tensors by node name and fetches others, which the caller owns. TensorFlow prepares for each choice of names when it is first asked for. */
  run(feeds: readonly (readonly [string, tf.Tensor])[], fetches: readonly string[]): tf.Tensor[] {
    const ids = this.#backend.getInputTensorIds(feeds.map(([, tensor]) => tensor))
    return this.#backend.binding.runSavedModel(this.#id, ids, feeds.map(([name]) => `${name}:0`).join(), fetches.map((name) => `${name}:0`).join()).map((info) => this.#backend.createOutputTensor(info))
  }

  close(): void {
    this.#backend.binding.deleteSavedModel(this.#id)
  }
}
