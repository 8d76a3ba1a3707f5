/** Pictures left where they are, and the data folder moved and moved back, in a browser; both themes and languages. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { pictureFolder } from './pictures.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('places in a browser', () => {
  let web: WebStudio
  let page: Page
  let shapes = ''
  beforeAll(async () => {
    // Large enough that a move can be seen and cancelled.
    web = await openWebStudio('web-places', async (data) => {
      await mkdir(join(data, 'originals', 'ab'), { recursive: true })
      await writeFile(join(data, 'originals', 'ab', 'ab'.repeat(32)), Buffer.alloc(300_000_000))
    })
    ;({ page } = web)
    shapes = await pictureFolder(web.folder)
  })
  afterAll(() => web.close())
  const name = async (path: string): Promise<void> => {
    await page.getByRole('textbox', { name: /Path on the computer/ }).fill(path)
    await page.keyboard.press('Enter')
  }

  it('imports a folder in place, by its path, and refuses a wrong one in words', async () => {
    await web.button('More ways in').click()
    await page.getByRole('menuitem', { name: /leave its pictures there/ }).click()
    await name(join(web.folder, 'nowhere'))
    await page.getByText(/is not there/).waitFor()
    await web.looksRight('name-folder')
    await name(shapes)
    await page.getByText('48 pictures · 2 classes').waitFor()
    await page.getByText(/48 pictures \(.*\) were left in /).waitFor()
    expect(await readdir(join(web.folder, 'data', 'originals'))).toEqual(['ab'])
    await web.looksRight('all-there')
  })

  it('says what has moved, finds it again, and copies it in', async () => {
    const drive = join(web.folder, '移动 drive')
    await mkdir(drive)
    const [first = ''] = (await readdir(shapes)).filter((entry) => !entry.includes('.'))
    await rename(join(shapes, first), join(drive, first))
    await web.button('Check').click()
    await page.getByText('No longer where they were: 24 of 48 pictures.').waitFor()
    await web.looksRight('moved-away')
    await web.button('Find them again …').click()
    await name(drive)
    await page.getByText(/found again/).waitFor()
    await page.getByText(/No longer where they were/).waitFor({ state: 'detached' })
    const before = await readdir(web.folder, { recursive: true })
    await web.button('Copy into the studio').click()
    await page.getByText('48 pictures copied into the studio').waitFor()
    await page.getByText(/ were left in /).waitFor({ state: 'detached' })
    const kept = new Set(await readdir(web.folder, { recursive: true }))
    expect(before.filter((entry) => !entry.startsWith('data') && !kept.has(entry))).toEqual([])
  })

  it('stays where it is when a move is cancelled, and shows how far it is meanwhile', async () => {
    await web.go('settings')
    await web.button('Move to another folder …').click()
    await name(join(web.folder, 'elsewhere'))
    await web.button('Move').click()
    await page.getByText(/The studio rests meanwhile/).waitFor()
    await page.getByText(/Copying · /).waitFor()
    await web.shoot('moving')
    await page.keyboard.press('Escape')
    await web.button('Cancel').click()
    await page.getByText(/The studio rests meanwhile/).waitFor({ state: 'detached' })
    expect((await readdir(web.folder)).includes('elsewhere')).toBe(false)
    await web.go('data')
    await page.getByText('48 pictures').first().waitFor()
    await rm(join(web.folder, 'data', 'originals', 'ab', 'ab'.repeat(32)))
  })

  it('moves the data folder and goes on there, removes the old content, and moves back', async () => {
    await web.go('settings')
    const away = join(web.folder, 'elsewhere')
    await web.button('Move to another folder …').click()
    await name(away)
    await page.getByText('Copied, compared, then switched').waitFor()
    await web.looksRight('plan')
    await web.button('Move').click()
    await page.getByText(`The data is in ${away} now`).waitFor()
    await page.locator('.path', { hasText: away }).waitFor()
    await page.getByText(/Content from before a move lies in/).waitFor()
    await web.looksRight('moved')
    expect(JSON.parse(await readFile(join(web.folder, 'data', 'moved-to.json'), 'utf8'))).toMatchObject({ folder: away })
    await web.go('data')
    await page.getByText('48 pictures').first().waitFor()
    await web.go('settings')
    await web.button('Move to another folder …').click()
    await name(join(web.folder, 'data'))
    await page.getByText(/The data was there before/).waitFor()
    await web.button('Move').click()
    await page.locator('.path', { hasText: join(web.folder, 'data') }).waitFor()
    await page.getByRole('button', { name: /Remove old content/ }).click()
    await web.looksRight('remove-old')
    await web.button('Remove for good').click()
    await page.getByText(/ freed/).waitFor()
    expect((await readdir(away)).sort()).toEqual(['moved-to.json', 'studio.lock'])
    expect(web.errors.filter((error) => !error.includes('WebSocket') && !error.includes('404'))).toEqual([])
  })
})
