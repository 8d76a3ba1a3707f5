/** A person's first use of the desktop application, from the drop to the export, with quitting and crashing on the way. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../../build/bundle.ts'
import { engineInstalled } from '../../../build/set-up/engine.ts'
import { pictureFolder } from '../pictures.ts'
import { answerDialogs, closeWindow, desktopAvailable, dropFiles, openDesktop, openSecond, screenshotsFolder, studioPid, useSettings } from './desktop.ts'
import type { Desktop } from './desktop.ts'
import { openScreen } from './screen.ts'
import type { Screen } from './screen.ts'
import { exportAs, generate, goTo, openRun, press, selectAll, trainSmall } from './steps.ts'

describe.skipIf(!desktopAvailable() || !engineInstalled())('the desktop application', () => {
  let folder = ''
  let dataFolder = ''
  let screen: Screen
  let desktop: Desktop
  const shoot = (name: string): Promise<unknown> => desktop.page.screenshot({ path: join(screenshotsFolder(), `${name}.png`) })
  const open = async (): Promise<void> => {
    desktop = await openDesktop({ screen, dataFolder })
  }

  beforeAll(async () => {
    await bundle()
    folder = await mkdtemp(join(tmpdir(), 'gan-studio-desktop-'))
    dataFolder = join(folder, '用户 data')
    await useSettings(dataFolder, { engine: 'tensorflow', budget: { kind: 'minutes', minutes: 0.3 }, language: 'en' })
    screen = await openScreen()
    await open()
  })
  afterAll(async () => {
    // Whatever beforeAll did not come to is not there.
    if (desktop !== undefined) await answerDialogs(desktop.app, { button: 1 }).catch(() => {})
    await desktop?.app.close().catch(() => {})
    await screen?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('invites the drop on first run', async () => {
    await desktop.page.getByRole('heading', { name: 'Drop a folder of pictures' }).waitFor()
    await shoot('first-run')
  })

  it('imports a folder that was dropped on the window, its sub-folders as classes', async () => {
    await dropFiles(desktop.page, [await pictureFolder(folder)])
    await desktop.page.getByText('48 pictures · 2 classes').first().waitFor()
    await shoot('dataset')
  })

  it('imports a folder chosen in the dialog', async () => {
    const second = join(folder, 'second')
    await mkdir(second)
    await answerDialogs(desktop.app, { files: [await pictureFolder(second, 4)] })
    await goTo(desktop.page, 'data')
    await press(desktop.page, 'Choose folder')
    await desktop.page.getByText('8 pictures · 2 classes', { exact: true }).first().waitFor()
  })

  it('trains on TensorFlow with one press and shows samples', async () => {
    await goTo(desktop.page, 'data')
    await press(desktop.page, /48 pictures/)
    await trainSmall(desktop.page)
    await desktop.page.getByText(/TensorFlow 2\.\d+/).first().waitFor()
    await shoot('training')
  })

  it('asks before closing during training; hidden, it trains on and comes back', async () => {
    await answerDialogs(desktop.app, { button: 0 })
    await closeWindow(desktop.app)
    await expect.poll(() => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(false)
    await desktop.app.evaluate(({ app }) => app.emit('activate'))
    await expect.poll(() => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true)
    await desktop.page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  })

  it('saves the run when told to stop and quit, and ends', async () => {
    await answerDialogs(desktop.app, { button: 1 })
    await closeWindow(desktop.app)
    expect(await desktop.ended).toBe(0)
    expect(readdirSync(join(dataFolder, 'runs'))).toHaveLength(1)
  })

  it('opens again where it was left, resumes with one click, and survives the end of its studio process', async () => {
    await open()
    await openRun(desktop.page)
    await desktop.page.getByText('Stopped').first().waitFor()
    await press(desktop.page, 'Resume')
    await desktop.page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
    process.kill(studioPid(dataFolder), 'SIGKILL')
    await desktop.page.getByText('Interrupted').first().waitFor()
    await shoot('interrupted')
    await press(desktop.page, 'Resume')
    await desktop.page.getByText('Finished').first().waitFor({ timeout: 90_000 })
    await shoot('finished')
  })

  it('generates, and exports the pictures into a folder and the model into a file', async () => {
    const { page, app } = desktop
    await generate(page, 12)
    await shoot('gallery')

    const target = join(folder, 'exported')
    await mkdir(target)
    await answerDialogs(app, { files: [target] })
    await selectAll(page, 12)
    await page.keyboard.press('e')
    await exportAs(page, /^PNG files/)
    await expect.poll(() => pngsBelow(target).length, { timeout: 20_000 }).toBe(12)
    const { width, height } = await sharp(pngsBelow(target)[0]).metadata()
    expect([width, height]).toEqual([16, 16])

    const model = join(folder, 'hände.safetensors')
    await answerDialogs(app, { save: model })
    await openRun(page)
    await press(page, 'Export')
    await exportAs(page, /safetensors/)
    await expect.poll(() => existsSync(model), { timeout: 20_000 }).toBe(true)
  })

  it('imports what is opened with the application, in the window that is there', async () => {
    expect(await openSecond({ screen, dataFolder, open: [join(folder, 'second', 'Formen 形状', 'round')] })).toBe(0)
    await desktop.page.getByText(/^4 pictures/).first().waitFor()
  })

  it('logged no error on the way', () => {
    expect(desktop.errors.filter((error) => !error.includes('net::ERR'))).toEqual([])
  })
})

const pngsBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png')).map((name) => join(folder, name))
