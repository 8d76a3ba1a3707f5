/** The window's own processes killed: the page comes back, and nothing outlives the application. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../../build/bundle.ts'
import { silent } from '../../../src/base/log.ts'
import { openStudio } from '../../../src/hosts/open-studio.ts'
import { timeToEnd } from '../../soak/processes.ts'
import { pictureFolder } from '../pictures.ts'
import { desktopAvailable, openDesktop, studioPid } from './desktop.ts'
import type { Desktop } from './desktop.ts'
import { openScreen } from './screen.ts'
import type { Screen } from './screen.ts'

describe.skipIf(!desktopAvailable())('the application', () => {
  let folder = ''
  let dataFolder = ''
  let screen: Screen
  let desktop: Desktop

  beforeAll(async () => {
    await bundle()
    folder = await mkdtemp(join(tmpdir(), 'gan-studio-crashes-'))
    dataFolder = join(folder, 'data')
    screen = await openScreen()
    desktop = await openDesktop({ screen, dataFolder })
    await desktop.page.getByRole('heading', { name: 'Drop a folder of pictures' }).waitFor()
  })
  afterAll(async () => {
    // Whatever beforeAll did not come to is not there.
    await desktop?.app.close().catch(() => {})
    await screen?.close()
    await rm(folder, { recursive: true, force: true })
  })
  const shown = (): Promise<boolean> =>
    desktop.app.evaluate(async ({ BrowserWindow }) => {
      const page = BrowserWindow.getAllWindows()[0]?.webContents
      if (page === undefined || page.isCrashed() || page.isLoading()) return false
      // A page whose process goes while it is asked never answers.
      const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000))
      return await Promise.race([page.executeJavaScript('document.querySelector("h1") !== null') as Promise<boolean>, late])
    }).catch(() => false)

  it('brings its page back when the page\'s process is gone', async () => {
    await desktop.app.evaluate(async ({ BrowserWindow }) => {
      const page = BrowserWindow.getAllWindows()[0]?.webContents
      const gone = new Promise<unknown>((resolve) => page?.once('render-process-gone', resolve))
      page?.forcefullyCrashRenderer()
      await gone
    })
    await expect.poll(shown, { timeout: 20_000 }).toBe(true)
  })

  it('leaves no process behind when it is killed while it trains, and the run can go on', async () => {
    const studio = await openStudio({ dataFolder, version: '0.0.0', log: silent })
    const { datasetId, activityId } = await studio.call('datasets.import', { tickets: [await studio.registerSources([await pictureFolder(folder, 8)])] })
    await expect.poll(async () => (await studio.call('activities.list')).find(({ id }) => id === activityId)?.state, { timeout: 20_000 }).toBe('done')
    const { id } = await studio.call('runs.start', { datasetId, budget: { kind: 'open' }, engine: 'wasm', set: { resolution: 16, width: 8, batchSize: 8 } })
    await expect.poll(async () => (await studio.call('runs.get', { id })).imagesSeen, { timeout: 60_000 }).toBeGreaterThan(8)
    const pids = [studioPid(dataFolder), Number(readFileSync(join(dataFolder, 'runs', id, 'engine.pid'), 'utf8'))]
    await studio.close()
    desktop.app.process().kill('SIGKILL')
    expect(await timeToEnd(pids, 15_000)).not.toBeNull()
    const next = await openStudio({ dataFolder, version: '0.0.0', log: silent })
    const { state, checkpointAt } = await next.call('runs.get', { id })
    await next.close()
    expect(state).toBe('interrupted')
    // The studio had the time to save: it ended because the application had gone, not with it.
    expect(checkpointAt).toBeGreaterThan(0)
  })
})
