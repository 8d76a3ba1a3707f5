/** In the window: a folder whose pictures stay where they are, and the data folder moved while the window is open. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../../build/bundle.ts'
import { pictureFolder } from '../pictures.ts'
import { answerDialogs, chooseInMenu, desktopAvailable, openDesktop, screenshotsFolder } from './desktop.ts'
import type { Desktop } from './desktop.ts'
import { openScreen } from './screen.ts'
import type { Screen } from './screen.ts'
import { goTo, press } from './steps.ts'

describe.skipIf(!desktopAvailable())('the window', () => {
  let folder = ''
  let screen: Screen
  let desktop: Desktop
  beforeAll(async () => {
    await bundle()
    folder = await mkdtemp(join(tmpdir(), 'gan-studio-window-places-'))
    screen = await openScreen()
    desktop = await openDesktop({ screen, dataFolder: join(folder, '用户 data') })
    await desktop.page.getByRole('heading', { name: 'Drop a folder of pictures' }).waitFor()
  })
  afterAll(async () => {
    // Whatever beforeAll did not come to is not there.
    await desktop?.app.close().catch(() => {})
    await screen?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('leaves the pictures of a chosen folder where they are', async () => {
    const { page, app } = desktop
    await answerDialogs(app, { files: [await pictureFolder(folder, 4)] })
    await press(page, 'More ways in')
    await page.getByRole('menuitem', { name: /where classes come from/ }).first().click()
    await page.getByRole('button', { name: 'Leave where they are' }).click()
    await page.screenshot({ path: join(screenshotsFolder(), 'leave.png') })
    await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click()
    await page.getByText(/8 pictures \(.*\) were left in /).waitFor()
    expect(await readdir(join(folder, '用户 data', 'originals')).catch(() => [])).toEqual([])
  })

  it('takes back from the menu what the focus is on: typing in a field, else what was done to pictures', async () => {
    const { page, app } = desktop
    const choose = (item: string): Promise<void> => chooseInMenu(app, 'Edit', item)
    const tiles = page.getByRole('listbox', { name: 'Data' })
    const kept = (count: number): Promise<void> => page.getByText(`${count} pictures · 2 classes`).waitFor()
    const search = page.getByRole('searchbox')
    await search.pressSequentially('png')
    await tiles.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Delete')
    await kept(7)
    await choose('Undo')
    await kept(8)
    await choose('Redo')
    await kept(7)
    await page.keyboard.press('Control+z')
    await kept(8)
    expect(await search.inputValue()).toBe('png')
    await search.focus()
    await choose('Undo')
    await expect.poll(() => search.inputValue()).not.toBe('png')
    await kept(8)
    await search.fill('')
  })

  it('moves the data folder into a chosen one, and goes on with it there', async () => {
    const { page, app } = desktop
    const disk = join(folder, 'disk')
    await mkdir(join(disk, 'in use'), { recursive: true })
    await answerDialogs(app, { files: [disk] })
    await goTo(page, 'settings')
    await press(page, 'Move to another folder …')
    await page.getByText(join(disk, 'GAN Studio')).waitFor()
    await press(page, 'Move')
    await page.locator('.path', { hasText: join(disk, 'GAN Studio') }).waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: /Remove old content/ }).waitFor()
    await page.screenshot({ path: join(screenshotsFolder(), 'moved.png') })
    await goTo(page, 'data')
    await page.getByText('8 pictures').first().waitFor()
    expect(desktop.errors.filter((error) => !error.includes('net::ERR'))).toEqual([])
  })
})
