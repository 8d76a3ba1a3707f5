/** What a studio finds when the one before ended without closing, and what it sweeps. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { partMark } from '../../../src/export/new-file.ts'
import type { StudioCore } from '../../../src/studio/create-studio.ts'
import { ExportJournal } from '../../../src/studio/export-journal.ts'
import { openStore } from '../../../src/store/store.ts'
import { addRun } from '../store/fixtures.ts'
import { studioWithoutEngines } from './without-engines.ts'

let folder = ''
let data = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-cut-'))
  data = join(folder, 'data')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (): Promise<StudioCore> => studioWithoutEngines(folder)
const cutShort = async (studio: StudioCore): Promise<unknown> => (await studio.call('studio.info')).cutShort
/** Opens one and kills it: what lies there then. */
async function killed(): Promise<void> {
  const studio = await open()
  const mark = await readFile(join(data, 'studio.open'))
  await studio.close()
  await writeFile(join(data, 'studio.open'), mark)
}
const files = async (): Promise<readonly string[]> => (await readdir(data, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name)

describe('a studio that was cut short', () => {
  it('is told from one that closed', async () => {
    const first = await open()
    expect(await cutShort(first)).toBeNull()
    await first.close()
    const second = await open()
    expect(await cutShort(second)).toBeNull()
    await second.close()
    await killed()
    const third = await open()
    expect(await cutShort(third)).toMatchObject({ at: expect.closeTo(Date.now(), -5) as number, runs: [], imports: 0 })
    await third.close()
  })

  it('had saved what its runs had saved, and of its imports what had come', async () => {
    await (await open()).close()
    const store = openStore(join(data, 'studio.db'), silent)
    store.datasets.insert({ id: 'set_half', name: 'Half', createdAt: 0, state: 'importing', resolution: 64, aspect: '1:1', fit: 'crop' })
    store.imports.begin({ id: 'imp_half', datasetId: 'set_half', startedAt: 0, adding: false, paths: ['/somewhere'], rule: { kind: 'auto' }, inPlace: false })
    const run = addRun(store, { state: 'training', name: 'Shapes' })
    store.close()
    await writeFile(join(data, 'studio.open'), '')
    const studio = await open()
    expect(await cutShort(studio)).toMatchObject({ runs: [{ id: run, name: 'Shapes', imagesSeen: 0 }], imports: 1 })
    expect(await studio.call('runs.get', { id: run })).toMatchObject({ state: 'interrupted', remainingMs: null })
    expect(await studio.call('datasets.list')).toMatchObject([{ id: 'set_half', state: 'importing', unfinished: { adding: false, taken: 0, total: null } }])
    await studio.close()
  })

  it('leaves no temporary file, and no picture that the gallery does not know', async () => {
    await killed()
    const left = ['studio.db.backup-v2.tmp', 'models/new_1.part', 'runs/run_1/checkpoints/.000000000400.safetensors.ab12.tmp', 'runs/run_1/sheets/.400.png.ab12.tmp', 'samples/ab/.smp_0mh1x0000aaaaab.png.ab12.tmp', 'samples/ab/smp_0mh1x0000aaaaab.png', 'thumbnails/00/x-96.webp.ab12.tmp', 'packed/x.u8.77.tmp', `originals/ab/${'ab'.repeat(32)}`]
    for (const name of left) {
      await mkdir(dirname(join(data, name)), { recursive: true })
      await writeFile(join(data, name), 'half')
    }
    await mkdir(join(data, 'thumbnails', '00'), { recursive: true })
    await writeFile(join(data, 'thumbnails', '00', 'whole-96.webp'), 'whole')
    await (await open()).close()
    expect((await files()).filter((name) => !name.startsWith('studio'))).toEqual(['whole-96.webp'])
    expect((await files()).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('leaves no half export in the folders of a person, and touches nothing else there', async () => {
    await mkdir(data)
    const theirs = join(folder, 'theirs')
    await mkdir(theirs)
    const [ours, other] = [`.${partMark}-12345678.part`, `.${'0'.repeat(16)}-12345678.part`]
    await new ExportJournal(data).during(theirs, async () => {
      for (const name of [ours, other, 'holiday.part']) await writeFile(join(theirs, name), 'half')
      // A copy of the note outlives it, as where the process is killed here.
      const [note = ''] = await readdir(join(data, 'exporting'))
      await writeFile(join(folder, 'note'), await readFile(join(data, 'exporting', note)))
    })
    expect(await readdir(join(data, 'exporting'))).toEqual([])
    await writeFile(join(data, 'exporting', 'exp_1'), await readFile(join(folder, 'note')))
    await writeFile(join(data, 'exporting', 'exp_2'), '{"folder": "/nowhere", "mark": "../../x"}')
    await (await open()).close()
    expect((await readdir(theirs)).sort()).toEqual([other, 'holiday.part'].sort())
    expect(await readdir(join(data, 'exporting'))).toEqual([])
  })
})
