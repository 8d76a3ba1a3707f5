/** From the command to the first usable page: the heading that invites the drop, its button enabled. */
import { bundle } from '../../../build/bundle.ts'
import { desktopAvailable, openDesktop } from '../../e2e/electron/desktop.ts'
import { openScreen } from '../../e2e/electron/screen.ts'
import { median, type Benchmark, type Measurement } from '../benchmark.ts'
import { openBrowser, ServedStudio, temporaryData } from './served-studio.ts'

const rounds = 5
const heading = 'Drop a folder of pictures'

export const startUp: Benchmark = {
  name: 'start-up',
  about: 'from the command to the first usable window or page',
  async run(log) {
    await bundle()
    const fresh: number[] = []
    const again: number[] = []
    const browser = await openBrowser()
    try {
      for (let round = 0; round < rounds; round += 1) {
        const data = await temporaryData()
        for (const times of [fresh, again]) {
          const start = performance.now()
          const studio = await ServedStudio.start(data.folder)
          const page = await (await browser.newContext({ locale: 'en-US' })).newPage()
          await page.goto(studio.url)
          await page.getByRole('heading', { name: heading }).waitFor()
          times.push(performance.now() - start)
          await page.context().close()
          await studio.stop()
        }
        await data.remove()
      }
    } finally {
      await browser.close()
    }
    return [
      { what: 'browser, new data folder', value: median(fresh), unit: 'ms' },
      { what: 'browser, again', value: median(again), unit: 'ms' },
      ...(await electronWindow(log)),
    ]
  },
}

async function electronWindow(log: (line: string) => void): Promise<readonly Measurement[]> {
  if (!desktopAvailable()) {
    log('Electron is left out: it needs the test runtime and Xvfb (npm test fetches both where it may).')
    return []
  }
  const times: number[] = []
  const screen = await openScreen()
  for (let round = 0; round < rounds; round += 1) {
    const data = await temporaryData()
    const start = performance.now()
    const { app, page } = await openDesktop({ screen, dataFolder: data.folder })
    await page.getByRole('heading', { name: heading }).waitFor()
    times.push(performance.now() - start)
    await app.close()
    await data.remove()
  }
  await screen.close()
  return [{ what: 'Electron window, new data folder', value: median(times), unit: 'ms', note: 'test runtime: Electron 22' }]
}
