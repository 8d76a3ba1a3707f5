/** Every family of networks, and a translator, computes the same on every engine, with gradients that finite differences confirm. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { engineIds, type EngineId } from '../../src/contract/data.ts'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf, type Architecture } from '../../src/engine/architecture.ts'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { families } from '../../src/engine/families/index.ts'
import { initialValues } from '../../src/engine/layout.ts'
import { discriminate, generate, rebuildingLoss, redraw } from '../../src/engine/networks.ts'
import { flatten, named, split } from '../../src/engine/parameters.ts'
import { tf } from '../../src/engine/tf.ts'
import { difference } from './findings-of.ts'
import { random, slopes } from './finite-differences.ts'

type Name = TrainingOptions['network'] | 'translator'
const names: readonly Name[] = [...(Object.keys(families) as TrainingOptions['network'][]), 'translator']
const count = 4

const architectures = (name: Name, activation: TrainingOptions['activation']): Architecture =>
  architectureOf({ ...defaultOptions, ...(name === 'translator' ? { translate: true } : { network: name }), activation, resolution: 32, aspect: '2:1', width: 4, depth: 1, latentSize: 8, attention: true, spectralNorm: false }, 2, 3)
const labels = (): tf.Tensor2D => tf.oneHot(tf.tensor1d([0, 1, 0, 1], 'int32'), 2) as tf.Tensor2D

/** Away from first values, which are zero in places. */
const values = (architecture: Architecture, network: 'layoutG' | 'layoutD'): Float32Array =>
  initialValues(architecture[network], Rng.fromSeed(5)).map((value, i) => value + 0.02 * Math.sin(i))

interface Setting {
  readonly architecture: Architecture
  readonly G: tf.Tensor[]
  readonly D: tf.Tensor[]
  readonly z: tf.Tensor2D
  readonly x: tf.Tensor4D
}
function setting(network: Name, activation: TrainingOptions['activation'] = 'auto'): Setting {
  const architecture = architectures(network, activation)
  return {
    architecture,
    G: split(architecture.layoutG, tf.tensor1d(values(architecture, 'layoutG'))),
    D: split(architecture.layoutD, tf.tensor1d(values(architecture, 'layoutD'))),
    z: random([count, 8], 6) as tf.Tensor2D,
    x: tf.tanh(random([count, 16, 32, 3], 7)) as tf.Tensor4D,
  }
}
const logitsOf = ({ architecture }: Setting, x: tf.Tensor4D, D: readonly tf.Tensor[]): tf.Tensor =>
  discriminate(architecture, named(architecture.layoutD, D), x, labels(), { groups: 2 })
/** What D is trained on: its logits, and rebuilding where the family asks for it. */
const objectiveD = (at: Setting, D: readonly tf.Tensor[]): tf.Scalar => {
  const rebuilding = rebuildingLoss(at.architecture, named(at.architecture.layoutD, D), at.x)
  const logits = weighted(logitsOf(at, at.x, D))
  return rebuilding === null ? logits : tf.add(logits, rebuilding)
}
const fakesOf = ({ architecture, z, x }: Setting, G: readonly tf.Tensor[]): tf.Tensor4D =>
  architecture.task === 'translate' ? redraw(architecture, named(architecture.layoutG, G), x, labels()) : generate(architecture, named(architecture.layoutG, G), z, labels())
const weighted = (y: tf.Tensor): tf.Scalar => tf.mean(tf.mul(y, random(y.shape, 8))) as tf.Scalar

function findings(network: Name): Record<string, Float32Array> {
  return tf.tidy(() => {
    const at = setting(network)
    const fakes = fakesOf(at, at.G)
    return Object.fromEntries(Object.entries({
      fakes,
      logits: logitsOf(at, at.x, at.D),
      gradientD: flatten(tf.grads((...views: tf.Tensor[]) => objectiveD(at, views))([...at.D])),
      gradientG: flatten(tf.grads((...views: tf.Tensor[]) => weighted(logitsOf(at, fakesOf(at, views), at.D)))([...at.G])),
    }).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]))
  })
}

const reference = new Map<Name, Record<string, Float32Array>>()

describe('plain JavaScript', () => {
  let backend: Backend
  beforeAll(async () => { backend = await openBackend('cpu') })
  afterAll(async () => backend.close())

  it.each(names)('%s: gradients agree with finite differences', (network) => {
    const found = findings(network)
    reference.set(network, found)
    // A translator adds to pictures.
    expect(found['fakes']?.every((value) => Math.abs(value) <= (network === 'translator' ? 3 : 1))).toBe(true)
    // Rectifiers have corners, which finite differences step over; `blocks.test.ts` looks at them one by one.
    const at = setting(network, 'silu')
    for (const [along, measured] of [
      slopes((...views) => objectiveD(at, views), at.D, 9),
      slopes((...views) => weighted(fakesOf(at, views)), at.G, 9),
    ] as const) expect(Math.abs(along - measured)).toBeLessThan(0.03 * Math.max(0.2, Math.abs(measured)))
  })
})

describe.each(engineIds.filter((id): id is Exclude<EngineId, 'cpu'> => id !== 'cpu'))('%s', (id) => {
  let backend: Backend | null = null
  beforeAll(async () => {
    backend = await openBackend(id).catch((error: unknown) => {
      console.warn(`Skipped: ${error instanceof Error ? error.message : String(error)}`)
      return null
    })
  })
  afterAll(async () => backend?.close())

  it.for(names)('agrees with plain JavaScript: %s', (network, context) => {
    if (backend === null) return context.skip()
    const expected = reference.get(network)
    if (expected === undefined) throw new Error('The reference engine has no findings.')
    for (const [name, tensor] of Object.entries(findings(network))) expect(difference(tensor, expected[name] as Float32Array), name).toBeLessThan(5e-3)
  })
})
