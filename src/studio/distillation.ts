/** Students of other runs' generators: how large they are made, and how they compare. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { StudioError } from '../base/errors.ts'
import { pictureSize, sizeText, type DistilledRow, type DistilRequest, type Run, type StudentSize } from '../contract/data.ts'
import { defaultOptions, optionSpec, type TrainingOptions } from '../contract/options.ts'
import { architectureOf, widthOfD, type Architecture } from '../engine/architecture.ts'
import { forwardMultiplyAdds } from '../engine/cost.ts'
import { Interpreter } from '../engine/lowered/interpreter.ts'
import { lower } from '../engine/lowered/networks.ts'
import { labelOf, latentOfSeed } from '../player/point.ts'
import type { Store } from '../store/store.ts'
import { architectureOfHead, averageTensors, readCheckpoint, type Checkpoint } from '../training/checkpoint.ts'
import type { RunsService } from './runs-service.ts'

/** What a phone's browser makes several times a second in plain JavaScript. */
const phoneMultiplyAdds = 12e6
const timedPictures = 4
const shares: Readonly<Record<Exclude<StudentSize, 'phone'>, number>> = { half: 1 / 2, quarter: 1 / 4 }
/** Of the teacher, so that both speak of the same latents and pictures; the rest is proposed as for any run. */
const kept = ['resolution', 'aspect', 'network', 'depth', 'conditional', 'classMethod', 'activation', 'normalisationG', 'normalisationD', 'attention', 'fit', 'output', 'colours'] as const

export class Distillation {
  readonly #store: Store
  readonly #runs: RunsService
  /** Milliseconds a picture by checkpoint, each measured once. */
  readonly #times = new Map<string, number>()

  constructor({ store, runs }: { readonly store: Store; readonly runs: RunsService }) {
    this.#store = store
    this.#runs = runs
  }

  /** @throws `bad-input` where a teacher is already as small as that; `not-found` without its checkpoint or data set */
  async start({ teachers: ids, datasetId, size, budget, name }: DistilRequest): Promise<Run> {
    const runs = [...new Set(ids)].map((id) => this.#runs.record(id))
    const found = await Promise.all(runs.map(async ({ id }) => readCheckpoint((await this.#runs.checkpoint(id, 'teach')).file)))
    const largest = found.reduce((a, b) => (work(architectureOfHead(b)) > work(architectureOfHead(a)) ? b : a))
    const odd = found.find(({ options }) => options.aspect !== largest.options.aspect)
    if (odd !== undefined) throw new StudioError('bad-input', `Teachers: one makes pictures of ${sizeText(pictureSize(largest.options))} and another of ${sizeText(pictureSize(odd.options))}. Choose teachers whose pictures have the same aspect.`)
    const first = runs[0]
    if (first === undefined) throw new StudioError('bad-input', 'Teachers: expected at least one run, found none.')
    const latentSize = found.reduce((most, { options }) => Math.max(most, options.latentSize), 0)
    const set: Partial<TrainingOptions> = {
      ...Object.fromEntries(kept.filter((key) => key in defaultOptions).map((key) => [key, largest.options[key as keyof TrainingOptions]])),
      latentSize, width: studentWidth(largest, latentSize, size), encoder: false,
      // Nobody takes the discriminator along: it stays as wide as it learned to be, and goes on from there.
      widthD: widthOfD(largest.options),
    }
    const sameData = datasetId === undefined || datasetId === first.datasetId
    return await this.#runs.start({
      datasetId: datasetId ?? first.datasetId, budget, teachers: runs.map(({ id }) => id), from: runs[found.indexOf(largest)]?.id ?? first.id, set,
      name: name ?? `${first.name} ${size}`,
      ...(sameData && runs.length === 1 && first.classIds.length > 0 ? { classIds: first.classIds } : {}),
    })
  }

  async report(id: string): Promise<readonly DistilledRow[]> {
    const student = this.#runs.record(id)
    const teachers = (student.teachers ?? []).filter((teacher) => this.#store.runs.get(teacher) !== null)
    const rows: DistilledRow[] = []
    // One by one: each has the processor to itself while it is timed.
    for (const one of teachers) rows.push(await this.#row(one, 'teacher'))
    return [...rows, await this.#row(id, 'student')]
  }

  async #row(id: string, role: DistilledRow['role']): Promise<DistilledRow> {
    const run = this.#runs.record(id)
    const { file } = await this.#runs.checkpoint(id, 'compare')
    const checkpoint = await readCheckpoint(file)
    const architecture = architectureOfHead(checkpoint)
    const full = this.#store.scores.list(id).findLast(({ scope }) => scope === 'full')
    const { kid = null, kidStd = null } = full ?? run.best ?? {}
    const msPerPicture = this.#times.get(file) ?? await timed(architecture, checkpoint)
    this.#times.set(file, msPerPicture)
    return {
      runId: id, name: run.name, role, network: run.options.network, kid, kidStd,
      parameters: architecture.layoutG.total, multiplyAdds: work(architecture), msPerPicture,
    }
  }
}

const work = (architecture: Architecture): number => forwardMultiplyAdds(architecture).G

/** The widest that keeps to the size. */
function studentWidth({ options, classNames, channels, palette }: Checkpoint, latentSize: number, size: StudentSize): number {
  const { width: teacher } = options
  const spec = optionSpec('width')
  const least = spec.type === 'integer' ? spec.min : 1
  const workAt = (width: number): number => work(architectureOf({ ...options, width, latentSize, encoder: false }, classNames.length, channels, { palette }))
  const most = size === 'phone' ? phoneMultiplyAdds : shares[size] * work(architectureOf(options, classNames.length, channels, { palette }))
  for (let width = size === 'phone' ? teacher : teacher - 1; width >= least; width -= 1) if (workAt(width) <= most) return width
  throw new StudioError('bad-input', `The teacher is ${teacher} channels wide, and even a student of ${least} takes more than ${Math.round(most / 1e6)} million multiply-adds a picture. Choose a larger size.`)
}

/** Milliseconds of one picture, the least of several: the first get the code warm, and others may use the processor too. */
async function timed(architecture: Architecture, checkpoint: Checkpoint): Promise<number> {
  const interpreter = new Interpreter(lower(architecture, 'G'), new Map(averageTensors(checkpoint).map(([name, { data }]) => [name, data as Float32Array])))
  const label = labelOf(architecture.classes === 0 ? -1 : 0, architecture.classes)
  const once = (): number => {
    const begin = performance.now()
    interpreter.run({ latent: latentOfSeed(0, architecture.latentSize), ...(label === null ? {} : { label }) })
    return performance.now() - begin
  }
  let least = Infinity
  for (let picture = 0; picture < timedPictures; picture += 1) {
    least = Math.min(least, once())
    // The studio answers between pictures.
    await nextTurn()
  }
  return least
}
