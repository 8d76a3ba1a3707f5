/**
 * Which directions through latent space are worth a slider: those of the mean Jacobian (as the
 * explorer has them), SeFa's, and random ones, on a trained checkpoint.
 *   node test/bench/directions.ts CHECKPOINT
 * effect: mean change of a pixel per unit step; alike: mean cosine between the changes from
 * different starts (1: the same move everywhere); realness: change of D's logit.
 */
import { Rng } from '../../src/base/rng.ts'
import type { LatentDirection, LatentPoint } from '../../src/contract/explorer.ts'
import { mixOf, moved, pointOf } from '../../src/contract/latents.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { partsOf } from '../../src/engine/layout.ts'
import { discriminate } from '../../src/engine/networks.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { tf } from '../../src/engine/tf.ts'
import { architectureOfHead, readCheckpoint } from '../../src/training/checkpoint.ts'
import { directionsOf } from '../../src/training/directions.ts'
import { generateBatch, PictureMaker } from '../../src/training/pictures.ts'
import { principalAxes } from '../../src/training/principal.ts'

const starts = 32
const step = 2
const [file = ''] = process.argv.slice(2)
const backend = await openBackend('tensorflow')
const checkpoint = await readCheckpoint(file)
const architecture = architectureOfHead(checkpoint)
const { latentSize, classes, resolution, channels, layoutG, layoutD } = architecture
const average = tf.tensor1d(checkpoint.values.average)
const maker = new PictureMaker(architecture, average, checkpoint.values.statistics)
const critic = split(layoutD, tf.tensor1d(checkpoint.values.D))
const each = resolution * resolution * channels

async function draw(points: readonly LatentPoint[]): Promise<Uint8Array> {
  const out = new Uint8Array(points.length * each)
  for (let at = 0; at < points.length; at += generateBatch) out.set(await maker.draw(points.slice(at, at + generateBatch), 1), at * each)
  return out
}
async function logits(pixels: Uint8Array, points: readonly LatentPoint[]): Promise<Float32Array> {
  const found = tf.tidy(() => discriminate(architecture, named(layoutD, critic), tf.tensor4d(Float32Array.from(pixels, (byte) => byte / 127.5 - 1), [points.length, resolution, resolution, channels]),
    classes === 0 ? null : tf.tensor2d(points.flatMap(({ mix }) => [...mix]), [points.length, classes])))
  return (await found.data()) as Float32Array
}
const points = Array.from({ length: starts }, (_, i) => pointOf(1000 + i, latentSize, classes === 0 ? null : i % classes, classes))
const before = await draw(points)
const realBefore = await logits(before, points)

async function measure(direction: LatentDirection): Promise<{ effect: number; alike: number; realness: number }> {
  const after = points.map((point) => moved(point, [direction], [step]))
  const pixels = await draw(after)
  const changes = points.map((_, n) => Float64Array.from({ length: each }, (_, i) => (pixels[n * each + i] ?? 0) - (before[n * each + i] ?? 0)))
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
  const units = changes.map((change) => { const length = Math.sqrt(dot(change, change)) || 1; return change.map((value) => value / length) })
  let alike = 0
  let pairs = 0
  for (let i = 0; i < units.length; i++) for (let j = 0; j < i; j++) { alike += dot(units[i] as Float64Array, units[j] as Float64Array); pairs++ }
  const realAfter = await logits(pixels, after)
  return {
    effect: changes.reduce((sum, change) => sum + change.reduce((s, v) => s + Math.abs(v), 0) / each, 0) / starts / step,
    alike: alike / pairs,
    realness: realAfter.reduce((sum, value, i) => sum + value - (realBefore[i] ?? 0), 0) / starts,
  }
}

function sefa(): LatentDirection[] {
  const name = layoutG.specs.find((spec) => spec.name.endsWith('.kernel'))?.name ?? ''
  const kernel = partsOf(layoutG, checkpoint.values.average).get(name) as Float32Array
  const columns = kernel.length / layoutG.specs.find((spec) => spec.name === name)!.shape[0]!
  const gram = new Float64Array(latentSize * latentSize)
  for (let i = 0; i < latentSize; i++) for (let j = 0; j < latentSize; j++) {
    let sum = 0
    for (let k = 0; k < columns; k++) sum += (kernel[i * columns + k] ?? 0) * (kernel[j * columns + k] ?? 0)
    gram[i * latentSize + j] = sum
  }
  return principalAxes(gram, latentSize, 10).map(({ vector, share }) => ({ of: 'pictures', latent: [...vector], mix: mixOf(null, classes), share }))
}
function random(): LatentDirection[] {
  const rng = Rng.fromSeed(1)
  return Array.from({ length: 10 }, () => {
    const vector = [...rng.fillNormal(new Float32Array(latentSize))]
    const length = Math.hypot(...vector)
    return { of: 'pictures', latent: vector.map((value) => value / length), mix: mixOf(null, classes), share: 0 }
  })
}
const begun = performance.now()
const ours = (await directionsOf(architecture, checkpoint.values.average, maker)).filter(({ of }) => of === 'pictures')
console.log(`directions found in ${Math.round(performance.now() - begun)} ms; shares ${ours.map(({ share }) => share.toFixed(3)).join(' ')}`)
for (const [name, directions] of [['mean Jacobian', ours], ['SeFa', sefa()], ['random', random()]] as const) {
  const found: Awaited<ReturnType<typeof measure>>[] = []
  for (const direction of directions) found.push(await measure(direction))
  const mean = (of: (one: (typeof found)[number]) => number): string => (found.reduce((sum, one) => sum + of(one), 0) / found.length).toFixed(3)
  console.log(`${name.padEnd(14)} effect ${mean(({ effect }) => effect)}  alike ${mean(({ alike }) => alike)}  realness ${mean(({ realness }) => realness)}   each alike: ${found.map(({ alike }) => alike.toFixed(2)).join(' ')}`)
}
maker.dispose()
await backend.close()
