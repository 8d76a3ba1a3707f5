/** An exported page in a real browser, from the disk and without a network; and TensorFlow.js in a plain page. */
import { AxeBuilder } from '@axe-core/playwright'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { playerFile } from '../../build/player.ts'
import { projectRoot } from '../../build/set-up/project.ts'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { Rng } from '../../src/base/rng.ts'
import type { Score } from '../../src/contract/judgement.ts'
import { defaultOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { initialValues, partsOf } from '../../src/engine/layout.ts'
import { Interpreter } from '../../src/engine/lowered/interpreter.ts'
import { lower } from '../../src/engine/lowered/networks.ts'
import { cardOf, modelCard, type CardDetails } from '../../src/export/models/card.ts'
import { encodePage, packGenerator } from '../../src/export/models/page.ts'
import type { SavedModel } from '../../src/export/models/saved-model.ts'
import { encodeTfjs } from '../../src/export/models/tfjs.ts'
import { latentOfSeed } from '../../src/player/point.ts'

const classNames = ['Lilies', 'Roses', 'Sunflowers in the evening light']
const options = { ...defaultOptions, resolution: 32, width: 8, latentSize: 16 } as const
const architecture = architectureOf(options, classNames.length, 3)
const parts = partsOf(architecture.layoutG, initialValues(architecture.layoutG, Rng.fromSeed(3)))
const model: SavedModel = {
  config: { runName: 'Garden flowers', resolution: 32, latentSize: 16, channels: 3, classNames, palette: null, imagesSeen: 120_000, options },
  tensors: new Map(architecture.layoutG.specs.map(({ name, shape }) => [name, { shape, data: parts.get(name) as Float32Array }])),
}
const compared = { kid: 1.5, kidStd: 0.1, fid: null, precision: 0.61, recall: 0.32, density: 0.8, coverage: 0.9, realCount: 1000, fakeCount: 1000 }
const score: Score = {
  ...compared, imagesSeen: 120_000, elapsedMs: 600_000, scope: 'full', judge: 'InceptionV3 (nsfwjs), mixed5', part: 'train', calibration: { ...compared, kid: -0.01, kidStd: 0 },
  perClass: [], classifier: { accuracy: 0.9, testAccuracy: 0.95 }, memorisation: 1, overfit: null, createdAt: 0,
}
const network = lower(architecture, 'G')
const shots = join(projectRoot, 'test-results', 'exported-page')

let folder: string
let browser: Browser
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-page-'))
  await mkdir(shots, { recursive: true })
  file = join(folder, 'Garden flowers 花园.html')
  const told: CardDetails = { format: 'page', part: 'G', studioVersion: '0', datasetName: 'my <i>`flowers`</i>', pictureCount: 2062, trainedMs: 600_000, score, licence: 'CC BY 4.0', remarks: [] }
  const details = { title: 'Garden flowers', licence: told.licence, card: modelCard(model, told), about: { en: cardOf(model, told, 'en'), zh: cardOf(model, told, 'zh') }, config: JSON.stringify(model.config) }
  await writeFile(file, encodePage(model, packGenerator(model, 'float32'), { player: await readFile(playerFile, 'utf8'), ...details }))
  browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true, force: true })
})

const expected = (seed: number, label: readonly number[]): Float32Array =>
  new Interpreter(network, new Map([...model.tensors].map(([name, { data }]) => [name, data as Float32Array])))
    .run({ latent: latentOfSeed(seed, 16), label: Float32Array.from(label) }).get('picture') as Float32Array

const shown = (page: Page): Promise<number[]> => page.evaluate(() => {
  const canvas = document.querySelector<HTMLCanvasElement>('#picture')
  return [...(canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [])]
})
async function difference(page: Page, seed: number, label: readonly number[]): Promise<number> {
  const pixels = await shown(page)
  return expected(seed, label).reduce((most, value, i) => Math.max(most, Math.abs((value + 1) * 127.5 - (pixels[Math.floor(i / 3) * 4 + (i % 3)] ?? -999))), 0)
}

it('generates the studio\'s own pictures, by keyboard too, and asks the network for nothing', async () => {
  const context = await browser.newContext({ viewport: { width: 1180, height: 860 }, colorScheme: 'light', locale: 'en-US', acceptDownloads: true, offline: true })
  const page = await context.newPage()
  const errors: string[] = []
  const requests: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()) })
  page.on('request', (request) => { if (!/^(file|blob|data):/.test(request.url())) requests.push(request.url()) })
  await page.goto(`${pathToFileURL(file).href}#seed=42&class=1`)
  await page.waitForSelector('body[data-ready]')
  const card = page.locator('#card')
  await page.getByText('About this model').click()
  await card.getByText('Data set "my <i>`flowers`</i>", 2,062 pictures').waitFor()
  expect(await card.getByRole('heading').allTextContents()).toEqual(['Use', 'Data', 'Training', 'How good it is', 'Intended use and limits'])
  expect(await card.getByRole('row', { name: /^KID/ }).textContent()).toMatch(/1\.50 ± 0\.10/)
  expect(await difference(page, 42, [0, 1, 0])).toBeLessThan(1)

  await page.getByRole('button', { name: 'Sunflowers in the evening light' }).click()
  await expect.poll(() => difference(page, 42, [0, 0, 1])).toBeLessThan(1)
  await page.keyboard.press('1')
  await expect.poll(() => difference(page, 42, [1, 0, 0])).toBeLessThan(1)
  expect(page.url()).toContain('seed=42')
  await page.locator('h1').click()
  for (let i = 0; i < 5; i += 1) {
    await page.keyboard.press(' ')
    await expect.poll(() => page.locator('.recent').count()).toBe(4 + i)
  }
  const latest = await page.getByRole('spinbutton').inputValue()
  expect(latest).not.toBe('42')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => page.getByRole('spinbutton').inputValue()).not.toBe(latest)
  const before = await shown(page)
  await page.locator('#directions input').first().fill('3')
  await expect.poll(async () => (await shown(page)).some((value, i) => Math.abs(value - (before[i] ?? 0)) > 8)).toBe(true)
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save picture' }).click()])
  expect(saved.suggestedFilename()).toMatch(/^Garden flowers Lilies \d+\.png$/)
  await page.getByRole('button', { name: 'Play' }).click()
  await page.waitForTimeout(400)
  await page.getByRole('button', { name: 'Pause' }).click()

  await page.screenshot({ path: join(shots, 'light-en.png'), fullPage: true })
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('button', { name: '浅色或深色' }).click()
  await card.getByText('数据集“my <i>`flowers`</i>”，2,062 张图片').waitFor()
  expect(await card.textContent()).not.toMatch(/pictures|Licence|Options|[#*]/)
  await page.screenshot({ path: join(shots, 'dark-zh.png'), fullPage: true })
  expect((await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  await page.screenshot({ path: join(shots, 'phone.png'), fullPage: true })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  expect(errors).toEqual([])
  expect(requests).toEqual([])
  await context.close()
})

it('says so where it is cut short', async () => {
  const cut = join(folder, 'cut.html')
  const whole = await readFile(file, 'utf8')
  await writeFile(cut, whole.replace(/(<script id="model"[^>]*>)[\s\S]{0,200}/, '$1'))
  const page = await browser.newPage()
  await page.goto(pathToFileURL(cut).href)
  await page.waitForSelector('body[data-broken]')
  expect(await page.locator('#status').textContent()).toContain('damaged')
  await page.close()
})

it('exports a TensorFlow.js model that a plain page loads', async () => {
  const { json, weights } = encodeTfjs(network, model.tensors, { producer: 'test', precision: 'float16', metadata: {} })
  const page = await browser.newPage()
  await page.route('http://model.test/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Plain</title>' })
    if (pathname === '/model.json') return route.fulfill({ contentType: 'application/json', body: json })
    return route.fulfill({ contentType: 'application/octet-stream', body: Buffer.from(weights) })
  })
  await page.goto('http://model.test/')
  await page.addScriptTag({ path: join(projectRoot, 'node_modules', '@tensorflow', 'tfjs', 'dist', 'tf.min.js') })
  const found = await page.evaluate(async ({ latent }) => {
    const { tf } = globalThis as unknown as { readonly tf: typeof import('@tensorflow/tfjs') }
    await tf.setBackend('cpu')
    const loaded = await tf.loadGraphModel('http://model.test/model.json')
    const picture = loaded.predict({ latent: tf.tensor2d(latent, [1, 16]), label: tf.tensor2d([[0, 1, 0]]) }) as import('@tensorflow/tfjs').Tensor
    return { shape: picture.shape, values: [...(await picture.data())] }
  }, { latent: [...latentOfSeed(42, 16)] })
  expect(found.shape).toEqual([1, 32, 32, 3])
  const wanted = expected(42, [0, 1, 0])
  found.values.forEach((value, i) => expect(Math.abs(value - (wanted[i] ?? NaN))).toBeLessThan(0.01))
  await page.close()
})
