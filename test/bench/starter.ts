/**
 * Trains the starter model that the studio brings and writes its best checkpoint with its card into
 * `assets/starters/`: Fluent Emoji Flat (Microsoft, MIT) at 32 px, one network for all.
 *
 *     node test/bench/starter.ts [--minutes 16] [--data DIR] [--engine tensorflow]
 *
 * With --data the studio's folder is kept there, and training goes on from what is in it.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import type { ModelCard, Run } from '../../src/contract/data.ts'
import { writeAtomically } from '../../src/training/atomic-file.ts'
import { architectureOfHead, readCheckpoint } from '../../src/training/checkpoint.ts'
import { partsOf, type Layout } from '../../src/engine/layout.ts'
import { encodeSafetensors, type HostTensor } from '../../src/engine/safetensors.ts'
import { modelFormats, modelVersion } from '../../src/engine/model-file.ts'
import { resultOf } from './quality/ours.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '16' }, data: { type: 'string' }, engine: { type: 'string', default: 'tensorflow' } } })
const side = 64
const name = 'starter'
const icons = createRequire(import.meta.url)('@iconify-json/fluent-emoji-flat/icons.json') as { readonly width: number; readonly height: number; readonly icons: Readonly<Record<string, { readonly body: string }>> }
const folder = await mkdtemp(join(tmpdir(), 'gan-studio-starter-'))
const data = values.data ?? join(folder, 'data')
const studio = (...args: readonly string[]): Promise<Record<string, unknown>> => resultOf('--data', data, '--json', ...args)

const before = (await studio('runs'))['count'] as number
if (before === 0) {
  const pictures = join(folder, 'pictures')
  await render(pictures)
  await studio('import', pictures, '--name', 'emoji')
  await studio('train', 'emoji', '--name', name, '--engine', values.engine, '--minutes', values.minutes, '--no-score', '--resolution', '32', '--set', 'conditional=off', '--set', 'width=32', '--set', 'mirror=on')
} else if (Number(values.minutes) > 0) await studio('resume', name, '--minutes', values.minutes, '--no-score')
const { run } = (await studio('runs', 'show', name)) as unknown as { readonly run: Run }
await pack(run)
await rm(folder, { recursive: true, force: true })

/** Every icon but those that differ from another in the colour of a skin alone. */
async function render(into: string): Promise<void> {
  await mkdir(into, { recursive: true })
  for (const [icon, { body }] of Object.entries(icons.icons).filter(([icon]) => !/(light|dark|medium)$/.test(icon))) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${icons.width} ${icons.height}" width="${side}" height="${side}">${body}</svg>`
    await writeFile(join(into, `${icon}.png`), await sharp(Buffer.from(svg)).resize(side, side).flatten({ background: '#ffffff' }).removeAlpha().png().toBuffer())
  }
}

/** Both networks of the best checkpoint in half precision. */
async function pack(run: Run): Promise<void> {
  const { best } = run
  if (best === null) throw new Error('The run was too short to be compared with its pictures. Give it more minutes.')
  const checkpoints = join(data, 'runs', run.id, 'checkpoints')
  const wanted = `${String(best.imagesSeen).padStart(12, '0')}.safetensors`
  const file = (await readdir(checkpoints)).find((one) => one === wanted)
  if (file === undefined) throw new Error(`The checkpoint that was scored (${wanted}) is not in ${checkpoints}.`)
  const checkpoint = await readCheckpoint(join(checkpoints, file))
  const { layoutG, layoutStatistics, layoutD } = architectureOfHead(checkpoint)
  const { options, classNames, channels, palette, counters } = checkpoint
  const card: ModelCard = { pictures: 'Fluent Emoji Flat', source: 'Microsoft', licence: 'MIT', imagesSeen: counters.imagesSeen, kid: Number(best.kid.toFixed(2)) }
  const config = { runName: 'Emoji', resolution: options.resolution, latentSize: options.latentSize, channels, classNames, palette, imagesSeen: counters.imagesSeen, options }
  const out = join(import.meta.dirname, '..', '..', 'assets', 'starters', 'emoji.safetensors')
  await mkdir(join(out, '..'), { recursive: true })
  const tensors = [...halves(layoutG, checkpoint.values.average), ...halves(layoutStatistics, checkpoint.values.statistics), ...halves(layoutD, checkpoint.values.D)]
  await writeAtomically(out, encodeSafetensors(tensors, { format: modelFormats.G, version: String(modelVersion), config: JSON.stringify(config), card: JSON.stringify(card) }))
  console.log(`${out}: ${layoutG.total + layoutD.total} parameters, KID×10³ ${best.kid.toFixed(2)} ± ${best.kidStd.toFixed(2)}`)
}

function halves(layout: Layout, flat: Float32Array): [string, HostTensor][] {
  const parts = partsOf(layout, flat)
  return layout.specs.map(({ name: key, shape }) => [key, { shape, data: Float16Array.from(parts.get(key) as Float32Array) }])
}
