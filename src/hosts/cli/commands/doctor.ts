import { StudioError } from '../../../base/errors.ts'
import { engineIds } from '../../../contract/data.ts'
import type { EngineReport } from '../../../contract/data.ts'
import { follow } from '../activity.ts'
import type { Watch } from '../activity.ts'
import { byteSize, table } from '../output.ts'

export interface DoctorOptions {
  /** true: measure again; false: never; undefined: what was not measured yet. */
  readonly measure?: boolean
}

export async function doctor(watch: Watch, options: DoctorOptions): Promise<void> {
  const { studio, output } = watch
  const info = await studio.call('studio.info')
  const before = await studio.call('engines.list')
  const missing = before.some(({ usable, imagesPerSecond }) => usable && imagesPerSecond === null)
  if (options.measure ?? missing) await follow(watch, () => studio.call('engines.measure'))
  const engines = await studio.call('engines.list')
  const versions = { studio: info.version, node: process.versions.node, protocol: info.protocol, platform: `${process.platform}-${process.arch}` }
  output.result(
    { id: engines.find(({ chosen }) => chosen)?.id ?? null, engines, versions, ...info },
    [
      `GAN Studio ${info.version}, Node ${versions.node}, ${versions.platform}`,
      `Data folder  ${info.dataFolder} (${byteSize(info.diskFreeBytes)} free)`,
      `Computer     ${info.cores} cores, ${byteSize(info.memoryBytes)} memory`,
      '',
      table(['', 'Engine', 'Images/s', 'Name'], engines.map(engineRow)),
      ...engines.flatMap(({ id, reason }) => (reason === null ? [] : [`${id}: ${reason}`])),
      '',
      'Images/s: one training step at 32 px, width 32, batch 16. * is what "auto" takes.',
    ].join('\n'),
  )
}

export async function installEngine(watch: Watch, name: string): Promise<void> {
  const engine = engineIds.find((id) => id === name)
  if (engine === undefined) throw new StudioError('bad-input', `Expected one of ${engineIds.join(', ')}, found "${name}".`)
  await follow(watch, () => watch.studio.call('engines.install', { engine }))
  const report = (await watch.studio.call('engines.list')).find(({ id }) => id === engine)
  watch.output.result({ id: engine, engine: report ?? null }, report?.usable === true ? `${report.label} is ready.` : `${engine}: ${report?.reason ?? 'not usable'}`)
}

const engineRow = (report: EngineReport): readonly (string | number)[] => [
  report.chosen ? '*' : '',
  report.id,
  report.imagesPerSecond ?? (report.usable ? 'not measured' : '–'),
  report.label,
]
