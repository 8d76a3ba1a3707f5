/** The longest time the page's main thread was busy in one piece while a run trained and was watched. */
import { join } from 'node:path'
import { bundle } from '../../../build/bundle.ts'
import type { Benchmark } from '../benchmark.ts'
import { openBrowser, program, runProgram, ServedStudio, temporaryData } from './served-studio.ts'
import { pictureFolder } from '../../e2e/pictures.ts'

const watchMs = 60_000

export const windowBlocks: Benchmark = {
  name: 'window',
  about: 'longest main-thread block of the page while it shows a run that trains',
  async run(log) {
    await bundle()
    const data = await temporaryData()
    const browser = await openBrowser()
    try {
      await runProgram('import', await pictureFolder(join(data.folder, 'to import'), 64), '--name', 'Shapes', '--json', '--data', data.folder)
      const studio = await ServedStudio.start(data.folder)
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' })).newPage()
      await page.goto(studio.url)
      const training = program('train', 'Shapes', '--until-stopped', '--resolution', '32', '--json', '--data', data.folder)
      const run = await runId(training)
      await page.evaluate((hash) => { location.hash = hash }, `train/${run}`)
      await page.locator('.canvases canvas').first().waitFor({ state: 'attached' })
      await page.evaluate(() => {
        const blocks: number[] = []
        Object.assign(window, { blocks })
        new PerformanceObserver((list) => blocks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
      })
      log(`watching for ${watchMs / 1000} s …`)
      await page.waitForTimeout(watchMs)
      const blocks = await page.evaluate(() => (window as unknown as { blocks: number[] }).blocks)
      const stopped = new Promise((resolve) => training.once('exit', resolve))
      training.kill('SIGINT')
      await stopped
      await studio.stop()
      return [
        { what: 'longest main-thread block (0: none of 50 ms)', value: Math.max(0, ...blocks), unit: 'ms', goal: '< 100' },
        { what: `blocks of 50 ms and more in ${watchMs / 1000} s`, value: blocks.length, unit: 'blocks' },
      ]
    } finally {
      await browser.close()
      await data.remove()
    }
  },
}

/** From the lines of `train --json`. */
function runId(training: ReturnType<typeof program>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    training.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /"id":"(run_[^"]+)"/.exec(text)
      if (found?.[1] !== undefined) resolve(found[1])
    })
    training.once('exit', (code) => reject(new Error(`Training ended with code ${code}.`)))
  })
}
