import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseBlockRates } from '../../src/contract/block-rates.ts'
import { parseOption } from '../../src/contract/options.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { partsOf } from '../../src/engine/layout.ts'
import { BlockScales, checkBlockRates, thawed } from '../../src/training/block-rates.ts'
import { CompiledStepper } from '../../src/training/compiled-stepper.ts'
import { disposeFeed, FeedSource } from '../../src/training/feed.ts'
import { newModel } from '../../src/training/model.ts'
import { stepBoth } from '../../src/training/step.ts'
import { EagerStepper } from '../../src/training/stepper.ts'
import { openTestBackend, planFor, ratesOf, smallOptions } from './helpers.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(() => backend.close())

const options = { ...smallOptions, blockRates: 'D.picture=0 G=0.5 G.base=0', thaw: 0.5 }

async function stepped(compiled: boolean): Promise<ReadonlyMap<string, number>> {
  const model = newModel(options, 2, 3)
  const before = await model.values()
  const stepper = compiled ? new CompiledStepper(model) : new EagerStepper(model)
  const scales = new BlockScales(model.architecture, options)
  const feed = new FeedSource(model.architecture, options).next({ pixels: new Uint8Array(4 * 16 * 16 * 3).fill(166), labels: Int32Array.of(0, 1, 0, 1) }, planFor(options))
  stepper.run(stepBoth, feed, { ...ratesOf(options, 1e-3), ...scales.at(0) }).dispose()
  stepper.pull()
  const after = await model.values()
  const moved = new Map<string, number>()
  for (const [layout, network] of [[model.architecture.layoutG, 'G'], [model.architecture.layoutD, 'D']] as const) {
    const old = partsOf(layout, before[network])
    for (const [name, part] of partsOf(layout, after[network])) moved.set(name, Math.max(...part.map((value, i) => Math.abs(value - (old.get(name)?.[i] ?? 0)))))
  }
  disposeFeed(feed)
  scales.dispose()
  stepper.dispose()
  model.dispose()
  return moved
}

describe('learning rates of blocks', () => {
  it.each([false, true])('freeze some and slow others, compiled: %s', async (compiled) => {
    if (compiled && backend.id !== 'tensorflow') return
    const moved = await stepped(compiled)
    expect(moved.get('D.picture.kernel')).toBe(0)
    expect(moved.get('G.base.kernel')).toBe(0)
    expect(moved.get('D.stage8.down.kernel')).toBeGreaterThan(0)
    // Adam's first update without bias correction is (1-β1)/√(1-β2) times the rate, at most.
    const full = moved.get('D.stage8.down.kernel') ?? 0
    expect(moved.get('G.stage8.up.kernel')).toBeCloseTo(full / 2, 4)
  })

  it('come to the network\'s after the thaw, over a twentieth of the run', () => {
    expect([0, 0.5, 0.525, 0.55, 1].map((share) => Number(thawed(options, share).toFixed(3)))).toEqual([0, 0, 0.5, 1, 1])
    expect(thawed({ ...options, thaw: 1 }, 1)).toBe(0)
  })

  it('are refused where they are no rates, or of no block', () => {
    expect(parseBlockRates('D.picture=0, G=0.5')).toEqual(new Map([['D.picture', 0], ['G', 0.5]]))
    for (const wrong of ['D.picture', 'D.picture=-1', 'X.picture=0', 'G=11', 'G=0 G=1', '<script>=0', 'G=NaN']) expect(() => parseOption('blockRates', wrong), wrong).toThrow(/blockRates/)
    expect(() => checkBlockRates({ blockRates: 'D.stage512=0', thaw: 1 }, newModel(options, 2, 3).architecture)).toThrow(/no block "D.stage512".*D\.picture/)
  })
})
