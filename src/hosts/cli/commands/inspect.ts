import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'
import { table, thousands } from '../output.ts'

export interface InspectOptions {
  readonly class?: string
  readonly checkpoint: CheckpointChoice
}

export async function inspect(watch: Watch, runName: string, paths: readonly string[], options: InspectOptions): Promise<void> {
  const { studio, output } = watch
  const run = await findRun(studio, runName)
  const ticket = await studio.registerSources(paths)
  const done = await follow(watch, () => studio.call('runs.inspect', {
    id: run.id, tickets: [ticket], checkpoint: options.checkpoint, ...(options.class === undefined ? {} : { className: options.class }),
  }))
  if (done.kind !== 'inspect') return
  const { pictures, calibration, imagesSeen } = done.inspection
  const rows = pictures.map(({ name, probability, className }) => [name, `${Math.round(probability * 100)} %`, className ?? ''])
  const basis = `Discriminator of ${run.name} at ${thousands(imagesSeen)} images; calibrated on ${thousands(calibration.count)} ${calibration.part === 'train' ? 'training pictures, which it may know by heart' : 'held-out pictures'}, of which it tells ${Math.round(calibration.accuracy * 100)} % from generated ones`
  output.result({ id: run.id, inspection: done.inspection }, `${table(['Picture', 'Real', 'Class'], rows)}\n${basis}`)
}
