/** A report tells what ran and what went wrong, and nothing of who it was or what of. */
import { appendFileSync, readdirSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileLog } from '../../../src/hosts/file-log.ts'
import { logFile } from '../../../src/studio/folders.ts'
import { personalRemover } from '../../../src/studio/personal.ts'
import { applicationFolder, reportText } from '../../../src/studio/report.ts'
import { pictureFolder } from '../../e2e/pictures.ts'
import { commandLine, result } from '../../e2e/command.ts'
import { studioWithoutEngines } from './without-engines.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-report-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the personal in a text', () => {
  const known = [['/home/ana/Bilder/GAN Studio', '<data>'], ['/opt/GAN Studio', '<app>']] as const
  it.each([
    ['ENOENT: no such file or directory, open \'/home/ana/Meine Bilder/Urlaub 1.jpg\'', 'ENOENT: no such file or directory, open \'…\''],
    ['at runImport (file:///opt/GAN Studio/src/studio/dataset-import.ts:12:3)', 'at runImport (file://<app>/src/studio/dataset-import.ts:12:3)'],
    ['looking for "Ana am Strand.png" in /media/ana/USB', 'looking for "…" in <path>'],
    ['/home/ana/Bilder/GAN Studio/studio.db is damaged', '<data>/studio.db is damaged'],
    ['C:\\Users\\Ana\\Pictures\\x.jpg and \\\\server\\ana\\y.jpg are gone', '<path>'],
    ['round/photo 3.jpg was left out', '<file>'],
    ['12,345 images/s at 3/4 of the way, 1e-4 and/or more', '12,345 images/s at 3/4 of the way, 1e-4 and/or more'],
    ['it\'s the engine\'s fault', 'it\'s the engine\'s fault'],
    ['训练“花朵”失败', '训练“…”失败'],
  ])('%s', (text, wanted) => {
    if (wanted === '<file>') expect(personalRemover(known)(text)).not.toContain('.jpg')
    else expect(personalRemover(known)(text)).toBe(wanted)
  })
  it('is also what a person named, wherever it stands', () => {
    expect(personalRemover([], ['Ana\'s cats', 'cats'])('Run Ana\'s cats on Cats failed; concatenate')).toBe('Run … on … failed; concatenate')
    expect(personalRemover([])(`in ${join(homedir(), 'x')}`)).toBe('in <path>')
  })
})

describe('a report', () => {
  const secrets = ['Müller', 'Urlaub', 'Formen', '形状', 'round', 'square', 'gan-studio-report-', 'Geheim']
  const told = (text: string): readonly string[] => secrets.filter((secret) => text.includes(secret))

  it('has versions, engines, runs, errors and the log, and no name, path or picture', async () => {
    const data = join(folder, 'Ana Müller', 'Urlaub')
    await mkdir(data, { recursive: true })
    const log = fileLog(data)
    const studio = await studioWithoutEngines(folder, { dataFolder: data, spawnEngineProcess: () => { throw new Error(`No engine in ${folder}/Geheim`) }, log, version: '1.2.3' })
    const source = await pictureFolder(folder, 3)
    const { activityId, datasetId } = await studio.call('datasets.import', { tickets: [await studio.registerSources([source])], name: 'Geheim' })
    const ended = async (id: string): Promise<void> => expect.poll(async () => (await studio.call('activities.list')).find((one) => one.id === id)?.state, { timeout: 15_000 }).not.toBe('running')
    await ended(activityId)
    await writeFile(join(folder, 'Urlaub.zip'), 'PK\u0003\u0004 cut')
    const failed = await studio.call('datasets.import', { tickets: [await studio.registerSources([join(folder, 'Urlaub.zip')])] })
    await ended(failed.activityId)
    const run = await studio.call('runs.start', { datasetId, name: 'Geheim 2', budget: { kind: 'images', images: 64 }, engine: 'cpu', set: { resolution: 16, width: 8 } })
    await expect.poll(async () => (await studio.call('runs.get', { id: run.id })).state, { timeout: 15_000 }).toBe('failed')
    log('error', 'Bug while answering', { error: `Error: open '${data}/originals/x'\n    at f (file://${applicationFolder()}/src/studio/x.ts:1:2)\n    at ${folder}/Geheim/y.js:3` })
    appendFileSync(logFile(data), '{"time":"cut sho')
    const { text } = await studio.call('studio.report')
    await studio.close()
    expect(text).toMatch(/version 1\.2\.3; 2\d{3}-/)
    expect(text).toMatch(new RegExp(`${process.platform} .*Node ${process.versions.node}`))
    expect(text).toMatch(/cpu .*images\/s/)
    expect(text).toContain(`${datasetId}: ready, 6 pictures, 2 classes`)
    expect(text).toMatch(new RegExp(`${run.id}: failed on \\w+, .*2 classes`))
    expect(text).toMatch(/set: .*resolution=16/)
    expect(text).toMatch(/import: failed.*corrupt: The archive "…" cannot be read/)
    expect(text).toMatch(/error Bug while answering error=Error: open '…'\n +at f \(file:\/\/<app>\/src\/studio\/x\.ts:1:2\)/)
    expect(told(text)).toEqual([])
    expect(text).not.toMatch(/[A-Za-z0-9+/]{200}/)
    expect(text).not.toContain(homedir())
    expect(text.length).toBeLessThan(100_000)
  })

  it('can be had of a data folder that does not open', async () => {
    const data = join(folder, 'Ana Müller')
    await mkdir(data)
    await writeFile(join(data, 'studio.db'), 'words '.repeat(100))
    fileLog(data)('warn', 'Something before')
    const text = await reportText({ version: '1.2.3', dataFolder: data, cacheFolder: folder, applicationFolder: applicationFolder(), open: { reason: `corrupt: "${join(data, 'studio.db')}" is not a studio database` } })
    expect(text).toContain('could not be opened: corrupt: "…" is not a studio database')
    expect(text).toContain('warn Something before')
    expect(told(text)).toEqual([])
    const ended = await commandLine({ dataFolder: data }).run('report')
    expect(ended.code, ended.stderr).toBe(0)
    expect(String(result(ended)['text'])).toContain('could not be opened: corrupt')
  })

  it('is of a log that never grows beyond its room', () => {
    const log = fileLog(folder)
    for (let i = 0; i < 40; i++) log('info', 'x'.repeat(500_000))
    expect(filesOf(join(folder, 'logs'))).toEqual(['studio.log', 'studio.log.1', 'studio.log.2'])
  })
})

/** Each below the size at which a log is turned over, and one line more. */
function filesOf(logs: string): readonly string[] {
  const names = readdirSync(logs).sort()
  for (const name of names) expect(statSync(join(logs, name)).size).toBeLessThan(5e6)
  return names
}
