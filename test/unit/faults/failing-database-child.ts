/** Opens a database and changes it, again and again, with the next of SQLite's calls failing each time (`failing-database.c`): `FOLDER ERRNO STEP`. */
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { StudioError } from '../../../src/base/errors.ts'
import { silent } from '../../../src/base/log.ts'
import { message } from '../../../src/contract/messages.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { addRun } from '../store/fixtures.ts'

export interface Tried {
  readonly n: number
  readonly call: string
  /** Changes that were refused, with the codes of their errors. */
  readonly refused: readonly string[]
  readonly wrong: readonly string[]
}

const [folder = '', code = 'EIO', step = '1'] = process.argv.slice(2)
const errno = constants.errno[code as keyof typeof constants.errno]
const [base, copy] = [join(folder, 'base'), join(folder, 'copy')]
const count = 40
const seqs = Array.from({ length: count }, (_, i) => i + 1)

/** Each whole or not at all; `there` looks for it in any store. */
const changes: readonly { readonly name: string; readonly make: (store: Store) => void; readonly there: (store: Store) => boolean | 'half' }[] = [
  { name: 'settings', make: (store) => store.settings.set({ gallerySize: 300, theme: 'dark' }), there: (store) => both(store.settings.get().gallerySize === 300, store.settings.get().theme === 'dark') },
  {
    name: 'edit',
    make: (store) => store.edits.commit('set_1', {
      kind: 'relabel', what: message('step.expand'), at: 1, classes: [],
      pictures: seqs.map((seq) => ({ seq, before: { classId: null, standing: 'in', part: null, crop: null }, after: { classId: 'cls_1', standing: 'in', part: null, crop: null } })),
    }),
    there: (store) => both(labelled(store) === count, store.edits.history('set_1').steps.length === 1, store.datasets.get('set_1')?.classes[0]?.count === count),
  },
  {
    name: 'samples',
    make: (store) => store.samples.insertMany(seqs.map((n) => ({ id: `smp_${n}`, runId: 'run_1', className: null, seed: n, truncation: 1, imagesSeen: 1, size: { height: 8, width: 8 }, engine: 'cpu', file: `samples/${n}.png`, createdAt: 1 }))),
    there: (store) => both(store.samples.list({}, 0, 1).total === count, store.samples.ids({}).length === count),
  },
  { name: 'name', make: (store) => store.runs.update('run_1', { name: 'Other', imagesSeen: 7 }), there: (store) => both(store.runs.get('run_1')?.name === 'Other', store.runs.get('run_1')?.imagesSeen === 7) },
]
const labelled = (store: Store): number => store.pictures.all('set_1').filter(({ classId }) => classId === 'cls_1').length
/** As the columns that are kept in memory have it. */
const inMemory = async (store: Store): Promise<number> => (await store.pictureQueries.ids('set_1', { classId: 'cls_1' }, { by: 'sharpness', descending: false })).length
const both = (...said: readonly boolean[]): boolean | 'half' => (said.every(Boolean) ? true : said.some(Boolean) ? 'half' : false)

/** @returns the store, or the error that it was refused with */
function attempt<T>(work: () => T): T | StudioError {
  try {
    return work()
  } catch (error) {
    if (error instanceof StudioError && error.code !== 'bug') return error
    throw error
  }
}

async function round(n: number): Promise<Tried> {
  rmSync(copy, { recursive: true, force: true })
  cpSync(base, copy, { recursive: true })
  const file = join(copy, 'studio.db')
  delete process.env['FAILED_CALL']
  const fault = `${n}:${n}:${errno}`
  process.env['FAIL_CALL'] = fault
  const [refused, acknowledged, wrong]: [string[], typeof changes[number][], string[]] = [[], [], []]
  const store = attempt(() => openStore(file, silent))
  if (store instanceof StudioError) refused.push(`open: ${store.code}`)
  else {
    delete process.env['FAIL_CALL']
    await inMemory(store)
    process.env['FAIL_CALL'] = fault
    for (const change of changes) {
      const refusal = attempt(() => change.make(store))
      if (refusal instanceof StudioError) refused.push(`${change.name}: ${refusal.code}`)
      else acknowledged.push(change)
    }
    delete process.env['FAIL_CALL']
    for (const change of changes) if (change.there(store) !== acknowledged.includes(change)) wrong.push(`${change.name} is seen as ${String(change.there(store))} by the same studio`)
    const kept = await inMemory(store)
    if (kept !== labelled(store)) wrong.push(`in memory ${kept} pictures have the class, in the database ${labelled(store)}`)
    process.env['FAIL_CALL'] = fault
    store.close()
  }
  delete process.env['FAIL_CALL']
  const again = openStore(file, silent)
  wrong.push(...again.check())
  for (const change of changes) {
    const there = change.there(again)
    if (there === 'half' || (acknowledged.includes(change) && !there)) wrong.push(`${change.name} was acknowledged and is ${String(there)} for the next studio`)
  }
  again.close()
  return { n, call: process.env['FAILED_CALL'] ?? '', refused, wrong }
}

mkdirSync(base, { recursive: true })
const first = openStore(join(base, 'studio.db'), silent)
first.datasets.insert({ id: 'set_1', name: 'Hands', createdAt: 0, state: 'ready', resolution: 64, aspect: '1:1', fit: 'crop' })
first.datasets.addClass('set_1', { id: 'cls_1', name: 'rock' })
first.pictures.insertMany(seqs.map((n) => ({ id: `pic_${n}`, datasetId: 'set_1', classId: null, sourcePath: `${n}.png`, sha256: n.toString(16).padStart(64, '0'), width: 8, height: 8, format: 'png', bytes: 9, colour: 'colour' })))
first.datasets.recount('set_1')
addRun(first, { id: 'run_1' })
first.close()
const tried: Tried[] = []
for (let n = 1; ; n += Number(step)) {
  const one = await round(n)
  if (one.call === '') break
  tried.push(one)
}
process.stdout.write(JSON.stringify(tried))
