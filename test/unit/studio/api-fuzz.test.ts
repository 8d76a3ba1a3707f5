/**
 * Every method of the contract, called over a port on a real studio with arguments that nobody
 * sensible sends: made of the method's own schema and then changed, or of nothing in particular.
 * The methods are the contract's list, so that a new one is tried without being named here.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { protocolVersion } from '../../../src/contract/api.ts'
import type { MethodName } from '../../../src/contract/api.ts'
import { argumentSchemas } from '../../../src/contract/validate.ts'
import { messagePort } from '../../../src/transport/message-port.ts'
import { serve } from '../../../src/transport/serve.ts'
import { openStore } from '../../../src/store/store.ts'
import { silent } from '../../../src/base/log.ts'
import { hostileValue } from '../../soak/hostile.ts'
import { jsonSchemaOf, valueOf } from '../../soak/schema-value.ts'
import { addDataset, addRun, sample } from '../store/fixtures.ts'
import { studioWithoutEngines } from './without-engines.ts'

const perMethod = 150
/** Started for good, this one would download. */
const onlyRefused: readonly MethodName[] = ['engines.install']

it('each method answers or refuses, whatever it is asked', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-fuzz-'))
  const store = openStore(join(folder, 'studio.db'), silent)
  const dataset = addDataset(store)
  const run = addRun(store, { state: 'stopped', datasetId: dataset })
  const picture = sample(run)
  store.samples.insertMany([picture])
  store.close()
  const ids = [dataset, run, picture.id, 'run_000000000000000']
  const studio = await studioWithoutEngines(folder, { dataFolder: folder })
  const logged: unknown[] = []
  const { port1, port2 } = new MessageChannel()
  serve(studio, messagePort(port1), { log: (level, message, details) => logged.push([level, message, details]) })
  const client = messagePort(port2)
  const waiting = new Map<number, (answer: Readonly<Record<string, unknown>>) => void>()
  client.onMessage((answer) => waiting.get((answer as { readonly id: number }).id)?.(answer as Readonly<Record<string, unknown>>))
  let id = 0
  const call = (method: string, arg: unknown): Promise<Readonly<Record<string, unknown>>> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} was not answered: ${JSON.stringify(arg)}`)), 10_000)
      waiting.set(++id, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      client.post({ v: protocolVersion, type: 'call', id, method, arg })
    })

  const answered = new Map<string, number>()
  for (const method of Object.keys(argumentSchemas) as MethodName[]) {
    const schema = jsonSchemaOf(argumentSchemas[method])
    for (let i = 0; i < perMethod; i++) {
      const random = Rng.fromSeed(i, method)
      const valid = valueOf(schema, random, ids)
      const arg = i % 3 === 0 ? valid : i % 3 === 1 ? hostileValue(random, valid) : hostileValue(random)
      if (onlyRefused.includes(method) && argumentSchemas[method].safeParse(arg).success) continue
      const answer = await call(method, arg)
      const said = JSON.stringify(answer)
      expect(answer['type'], said).toMatch(/^(reply|error)$/)
      if (answer['type'] === 'error') {
        expect(answer['code'], `${method} ${JSON.stringify(arg)}: ${said}`).not.toBe('bug')
        expect(String(answer['message']).length).toBeLessThan(5000)
        expect(said).not.toMatch(/node_modules|\.ts:\d/)
      } else answered.set(method, (answered.get(method) ?? 0) + 1)
    }
  }
  // Most have been reached beyond their schema, not only refused by it.
  expect(answered.size).toBeGreaterThan(Object.keys(argumentSchemas).length / 2)
  await expect.poll(async () => (await studio.call('activities.list')).filter(({ state }) => state === 'running').length, { timeout: 10_000 }).toBe(0)
  expect((await studio.call('activities.list')).filter(({ error }) => error?.code === 'bug').map(({ error }) => error)).toEqual([])
  expect(logged).toEqual([])
  expect(Reflect.ownKeys(Object.prototype)).toHaveLength(12)
  await studio.close()
  client.close()
  await rm(folder, { recursive: true })
})
