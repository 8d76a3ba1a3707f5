/** The longest tasks of the page's main thread while a run trains and is watched. */
import { join } from 'node:path'
import { bundle } from '../../../build/bundle.ts'
import { silent } from '../../../src/base/log.ts'
import { openStore } from '../../../src/store/store.ts'
import type { Benchmark, Measurement } from '../benchmark.ts'
import { mainThreadTasks, type MainThreadTask } from './main-thread.ts'
import { openBrowser, program, runProgram, ServedStudio, temporaryData } from './served-studio.ts'
import { pictureFolder } from '../../e2e/pictures.ts'

const watchMs = 1000 * Number(process.env['WINDOW_SECONDS'] ?? 60)
/** What the browser itself calls a long task. */
const longMs = 50

export const windowBlocks: Benchmark = {
  name: 'window',
  about: 'longest main-thread tasks of the page while it opens and shows a run that trains, young and of a long past',
  async run(log) {
    await bundle()
    const data = await temporaryData()
    const browser = await openBrowser()
    try {
      await runProgram('import', await pictureFolder(join(data.folder, 'to import'), 64), '--name', 'Shapes', '--json', '--data', data.folder)
      const studio = await ServedStudio.start(data.folder)
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' })).newPage()
      await page.goto(studio.url)
      await page.getByRole('navigation').waitFor()
      const training = program('train', 'Shapes', '--until-stopped', '--resolution', '32', '--json', '--data', data.folder)
      const run = await runId(training)
      log(`watching for ${watchMs / 1000} s …`)
      const open = (hash: string): Promise<void> => page.evaluate((wanted) => { location.hash = wanted }, hash)
      const watched = (): Promise<readonly MainThreadTask[]> => mainThreadTasks(page, async () => {
        await open(`train/${run}`)
        await page.locator('.canvases canvas').first().waitFor({ state: 'attached' })
        await page.waitForTimeout(watchMs)
      })
      const young = await watched()
      await open('data')
      const ticks = lengthen(data.folder, run)
      const old = await watched()
      const stopped = new Promise((resolve) => training.once('exit', resolve))
      training.kill('SIGINT')
      await stopped
      await studio.stop()
      return [...told('a run that began', young, log), ...told(`a run of ${ticks.toLocaleString('en')} ticks`, old, log)]
    } finally {
      await browser.close()
      await data.remove()
    }
  },
}

/** A past as long as fits, in which there was a tick for each image: as of a run that was left alone for hours. @returns how many there are now */
function lengthen(dataFolder: string, runId: string): number {
  const store = openStore(join(dataFolder, 'studio.db'), silent)
  try {
    const [first, newest] = [store.ticks.list(runId)[0], store.ticks.newest(runId)]
    if (first === undefined || newest === null) throw new Error('The run has no ticks.')
    store.transaction(() => {
      for (let imagesSeen = 1; imagesSeen < newest.imagesSeen; imagesSeen += 1) store.ticks.insert(runId, { ...first, imagesSeen, lossD: 1 + Math.sin(imagesSeen), lossG: 1 + Math.cos(imagesSeen) })
    })
    return newest.imagesSeen
  } finally {
    store.close()
  }
}

function told(what: string, tasks: readonly MainThreadTask[], log: (line: string) => void): readonly Measurement[] {
  const text = ({ ms, processorMs, parts }: MainThreadTask): string => `${processorMs.toFixed(1)} of ${ms.toFixed(1)} ms: ${parts.slice(0, 3).map(([name, part]) => `${name} ${part.toFixed(1)}`).join(', ')}`
  const [longest] = tasks
  if (longest === undefined) throw new Error('The trace has no tasks.')
  for (const task of tasks.slice(0, 5)) log(`${what}: ${text(task)}`)
  const seconds = watchMs / 1000
  return [
    { what: `${what}: longest main-thread task by processor time`, value: longest.processorMs, unit: 'ms', goal: '< 50', note: text(longest) },
    { what: `${what}: longest by the clock`, value: Math.max(...tasks.map(({ ms }) => ms)), unit: 'ms', note: `${tasks.filter(({ ms }) => ms >= longMs).length} of ${longMs} ms and more in ${seconds} s` },
  ]
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
