/** PyTorch training the studio's networks, in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { TrainJob } from '../../../src/contract/engine-jobs.ts'
import { defaultOptions, optionKeys, type OptionKey, type TrainingOptions } from '../../../src/contract/options.ts'
import { architectureOf } from '../../../src/engine/architecture.ts'
import { torchPython } from './torch-python.ts'

export interface TorchOpened {
  readonly parameters: { readonly G: number; readonly D: number }
  readonly threads: number
}

/** How PyTorch may be fastest differs from machine to machine. */
export interface TorchVariant {
  readonly channelsLast: boolean
  /** What its threads do between pieces of work: spinning is quick, unless something else wants the processor. */
  readonly waiting: 'active' | 'passive'
  /** Absent: the processor. */
  readonly device?: 'cuda'
}

const canSleep = process.platform !== 'win32'

export class TorchTrainer {
  readonly opened: TorchOpened
  readonly #child: ChildProcess
  readonly #ask: (request: object) => Promise<unknown>

  private constructor(child: ChildProcess, ask: (request: object) => Promise<unknown>, opened: TorchOpened) {
    this.#child = child
    this.#ask = ask
    this.opened = opened
  }

  static async open(job: TrainJob, { channelsLast, waiting: policy, device }: TorchVariant): Promise<TorchTrainer> {
    const env = { ...process.env, OMP_WAIT_POLICY: policy }
    const child = spawn(await torchPython(), [join(import.meta.dirname, 'training.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    const waiting: PromiseWithResolvers<unknown>[] = []
    createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)))
    child.on('exit', (code) => waiting.forEach(({ reject }) => reject(new Error(`PyTorch ended with code ${code}.`))))
    const ask = (request: object): Promise<unknown> => {
      const reply = Promise.withResolvers<unknown>()
      waiting.push(reply)
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return reply.promise
    }
    const { options, classNames, data } = job
    assertWritten(options)
    const architecture = architectureOf(options, classNames.length, data.channels)
    const opened = await ask({ open: { architecture, options, channelsLast, ...(device && { device }), pictures: data.path, labels: [...data.labels], specsG: architecture.layoutG.specs, specsD: architecture.layoutD.specs } })
    return new TorchTrainer(child, ask, opened as TorchOpened)
  }

  /** Sleeps before and after: threads that spin while they wait would slow down whoever is measured next. @returns milliseconds */
  async run(steps: number): Promise<number> {
    if (canSleep) this.#child.kill('SIGCONT')
    const { ms } = (await this.#ask({ steps })) as { readonly ms: number }
    if (canSleep) this.#child.kill('SIGSTOP')
    return ms
  }

  close(): void {
    if (canSleep) this.#child.kill('SIGCONT')
    this.#child.stdin?.end()
  }
}

/** What the peer reads, and what costs no time in a step; a block of a network that it lacks fails there. */
const written: readonly OptionKey[] = [
  'resolution', 'fit', 'conditional', 'validationShare', 'testShare', 'network', 'width', 'depth', 'activation', 'normalisationG', 'latentSize', 'loss', 'spectralNorm',
  'augment', 'mirror', 'batchSize', 'learningRateG', 'learningRateD', 'finalLearningRate', 'emaKimg', 'snapshots', 'seed', 'scoringShare',
]

function assertWritten(options: TrainingOptions): void {
  const other = optionKeys.filter((key) => !written.includes(key) && options[key] !== defaultOptions[key])
  if (other.length > 0) throw new Error(`The PyTorch peer lacks ${other.map((key) => `${key} ${options[key]}`).join(', ')}. Write it in training.py first.`)
}
