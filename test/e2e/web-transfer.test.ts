/** Starting from other weights in a real browser: what is copied, what is frozen, two runs on one chart. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { commandLine, said, small } from './command.ts'
import { pictureFolder } from './pictures.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('starting from other weights in a browser', () => {
  let web: WebStudio
  let page: Page
  let tunedId: string
  let datasetId: string

  beforeAll(async () => {
    web = await openWebStudio('web-transfer', async (data) => {
      const gs = commandLine({ dataFolder: data })
      datasetId = String((await gs.run('import', await pictureFolder(join(data, '..')), '--name', 'two')).lines.at(-1)?.['id'])
      const trained = await gs.run('train', 'two', '--name', 'tuned', '--from', 'starter_emoji', '--compare', '--images', '192', '--no-score', ...small, '--set', 'scoringShare=0.4')
      expect(trained.code, trained.stderr).toBe(0)
      expect(said(trained)).toContain('The same from nothing')
      tunedId = String(trained.lines.at(-1)?.['id'])
      const never = await gs.run('train', 'two', '--from', 'tuned', '--from-checkpoint', '7', '--dry-run')
      expect(never.stderr + JSON.stringify(never.lines)).toMatch(/keeps no checkpoint at 7 images seen that can be read. It keeps those at .*: choose one/)
      for (const [format, name] of [['page', 'tuned.html'], ['onnx', 'tuned.onnx']] as const) await gs.run('export', 'tuned', '--format', format, '--out', join(data, '..', name))
      expect((await gs.run('datasets', 'export-head', 'two', '--run', 'tuned', '--format', 'onnx', '--out', join(data, '..', 'two.onnx'))).code).toBe(0)
      expect((await gs.run('datasets', 'export-head', 'two', '--format', 'onnx', '--out', join(data, '..', 'pretrained.onnx'))).code).toBe(0)
      for (const run of ['tuned', 'tuned, from scratch']) await gs.run('score', run, '--count', '20')
    })
    ;({ page } = web)
  }, 300_000)
  afterAll(() => web.close())

  async function looksRight(name: string): Promise<void> {
    for (const [theme, language] of [['dark', 'zh'], ['light', 'en']] as const) {
      const here = await page.evaluate(() => location.hash.slice(1))
      await web.go('settings')
      await page.locator('.segments').nth(0).getByRole('button', { name: language === 'en' ? 'English' : '简体中文' }).click()
      await page.locator('.segments').nth(1).getByRole('button', { name: theme === 'light' ? /^(Light|浅色)$/ : /^(Dark|深色)$/ }).click()
      await web.go(here)
      await web.settled()
      if (name === 'form') await fold(language).catch(() => {})
      await web.shoot(`${name}-${theme}-${language}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0)
      expect(await web.violations(), `${name} ${theme} ${language}`).toEqual([])
    }
  }
  const fold = async (language: 'en' | 'zh'): Promise<void> => {
    await page.getByText(language === 'en' ? 'Block by block' : '逐模块查看').click()
    await web.settled()
  }

  it('says block by block what is copied, and freezes a block, or a whole network for a while', async () => {
    await web.go('train/from:starter_emoji')
    await page.getByText(/of the parameters come from “Emoji”/).waitFor()
    await page.getByText(/Fluent Emoji Flat \(Microsoft, MIT\)/).waitFor()
    await looksRight('form')
    const blocks = page.locator('table').filter({ hasText: 'stage8' }).first()
    await blocks.getByRole('combobox', { name: 'Learns: G.base' }).click()
    await page.getByRole('option', { name: 'frozen' }).click()
    await page.getByText('Advanced', { exact: true }).click()
    await expect.poll(() => page.locator('#option-blockRates').inputValue()).toContain('G.base=0')
    await page.getByRole('combobox', { name: 'Learns: Discriminator' }).click()
    await page.getByRole('option', { name: 'frozen' }).click()
    await expect.poll(() => page.locator('#option-blockRates').inputValue()).toBe('G.base=0 D=0')
    await web.choose(/^Thaw after/, '50 % of the run')
    await expect.poll(() => page.locator('#option-thaw').inputValue()).toBe('0.5')
  })

  it('lets one of the checkpoints be chosen that a run keeps', async () => {
    await web.go(`train/from:${tunedId}`)
    await web.choose(/^Its weights at/, / images seen/)
    await looksRight('moment')
  })

  it('takes an exported page that is dropped, and an ONNX file that is chosen, as models', async () => {
    await web.go('data')
    const page64 = (await readFile(join(web.folder, 'tuned.html'))).toString('base64')
    const drag = (type: string): Promise<void> => page.evaluate(([kind, base64]) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], 'a page.dat'))
      window.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
    }, [type, page64] as const)
    await drag('dragenter')
    await page.getByText(/An exported model becomes one to start from/).waitFor()
    await web.shoot('drop')
    await drag('drop')
    await page.getByText('“tuned” was added as a model to start from').waitFor()
    await page.getByText(/of the parameters come from “tuned”/).waitFor()
    await web.shoot('dropped')
    await page.getByRole('combobox', { name: /^Starting point/ }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('option', { name: 'Add an exported model …' }).click()
    await (await chooser).setFiles(join(web.folder, 'tuned.onnx'))
    await page.getByRole('combobox', { name: /^Starting point/ }).click()
    await expect.poll(() => page.getByRole('option', { name: /tuned.*model file/ }).count()).toBe(2)
    await page.keyboard.press('Escape')
    await looksRight('added')
  })

  it('checks the classes by what the discriminator of a run sees', async () => {
    await web.go(`data/${datasetId}`)
    await web.button('More').click()
    await page.getByRole('menuitem', { name: /^Check the classes/ }).click()
    await web.choose(/^Features/, /^tuned/)
    await web.shoot('head-of-run')
    await web.button('Train the classifier').click()
    await page.getByText(/By features of the discriminator of “tuned/).waitFor({ timeout: 60_000 })
    await web.shoot('head-of-run-done')
    expect(await web.violations()).toEqual([])
    await web.button('Export …').click()
    await web.choose(/^Format/, 'TensorFlow.js')
    await web.shoot('head-export')
    await web.dress('dark', 'zh')
    await web.shoot('head-export-zh')
    await web.dress('light', 'en')
    expect(await web.violations()).toEqual([])
    const coming = page.waitForEvent('download', { timeout: 60_000 })
    await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click()
    expect((await coming).suggestedFilename()).toBe('two classifier.zip')
  })

  it('writes the same classifier out for other programs', async () => {
    for (const [name, side] of [['two.onnx', 16], ['pretrained.onnx', 96]] as const) {
      const session = await InferenceSession.create(join(web.folder, name))
      const { probabilities } = await session.run({ picture: new Tensor('float32', new Float32Array(5 * side ** 2 * 3), [5, side, side, 3]) })
      expect(probabilities?.dims).toEqual([5, 2])
      for (let i = 0; i < 5; i++) expect([...(probabilities?.data as Float32Array).subarray(2 * i, 2 * i + 2)].reduce((a, b) => a + b)).toBeCloseTo(1)
      await session.release()
    }
    expect(await readFile(join(web.folder, 'two.onnx.card.md'), 'utf8')).toMatch(/sees in a picture[^]*Classes, in the order of the probabilities: [^]*\| Test \|/)
    expect(await readFile(join(web.folder, 'pretrained.onnx.card.md'), 'utf8')).toContain('MobileNetV2 (fine-tuned from ImageNet by others')
  })

  it('draws both runs on the same axes', async () => {
    await web.go('models')
    for (const name of ['tuned', 'tuned, from scratch']) await page.getByRole('checkbox', { name: `Compare: ${name}`, exact: true }).check()
    await web.shoot('models')
    await web.button('Compare').click()
    await page.getByRole('heading', { name: 'Comparison' }).waitFor()
    await page.getByText('Coverage of your pictures').waitFor()
    await expect.poll(() => page.locator('svg polyline').count()).toBe(4)
    await looksRight('compare')
    expect(web.errors).toEqual([])
  })
})
