/** A graph loaded into TensorFlow; its variables keep their values between calls. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeSavedModel, savedModelTag, type GraphNode } from './graph-def.ts'
import { tensorflowBackend, type Binding, type TensorInfo } from './tensorflow-binding.ts'

export class GraphSession {
  readonly #binding: Binding
  readonly #id: number

  /** @throws where TensorFlow refuses the graph, with its own words */
  constructor(nodes: readonly GraphNode[]) {
    this.#binding = tensorflowBackend().binding
    const folder = mkdtempSync(join(tmpdir(), 'gan-studio-graph-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), Buffer.concat(encodeSavedModel(nodes)))
      this.#id = this.#binding.loadSavedModel(folder, savedModelTag)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** Feeds tensors by node name and fetches others, which the caller owns. TensorFlow prepares for each choice of names when it is first asked for. */
  run(feeds: readonly (readonly [string, number])[], fetches: readonly string[]): readonly TensorInfo[] {
    return this.#binding.runSavedModel(this.#id, feeds.map(([, id]) => id), feeds.map(([name]) => `${name}:0`).join(), fetches.map((name) => `${name}:0`).join())
  }

  close(): void {
    this.#binding.deleteSavedModel(this.#id)
  }
}
