/**
 * The map of 50,000 pictures: how it moves in the page while it is dragged, zoomed and drawn in, and how long it takes to be made
 * of CIFAR-10. What would take longer than `MAP_MINUTES` (30) is made of fewer pictures.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { bundle } from '../../../build/bundle.ts'
import { median, Skipped, type Benchmark, type Measurement } from '../benchmark.ts'
import { fill } from '../store/fill.ts'
import { unpackedCifar } from './cifar.ts'
import { MemoryWatch } from './process-memory.ts'
import { openBrowser, program, runProgram, ServedStudio, temporaryData } from './served-studio.ts'

const points = 50_000
const steps = 120
/** Looked at first, to tell the speed. */
const trial = 1024

export const map: Benchmark = {
  name: 'map',
  about: 'the map of 50,000 pictures: moved in the page, and made of CIFAR-10',
  async run(log) {
    await bundle()
    return [...(await drawing(log)), ...(await making(log).catch((error: unknown) => {
      if (!(error instanceof Skipped)) throw error
      log(error.message)
      return []
    }))]
  },
}

async function drawing(log: (line: string) => void): Promise<readonly Measurement[]> {
  const data = await temporaryData()
  const browser = await openBrowser()
  try {
    const { datasetId } = fill(data.folder, { pictures: points, runs: 1, samples: 1 })
    const studio = await ServedStudio.start(data.folder)
    try {
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' })).newPage()
      await page.goto(`${studio.url}`)
      await page.evaluate((hash) => { location.hash = hash }, `data/${datasetId}`)
      await page.getByRole('button', { name: 'Map', exact: true }).click()
      const surface = page.getByRole('application')
      await surface.waitFor()
      await page.waitForTimeout(2000)
      const box = await surface.boundingBox()
      if (box === null) throw new Error('The map has no place.')
      await surface.focus()
      const acts: Readonly<Record<string, () => Promise<void>>> = {
        'dragged': async () => { await page.keyboard.press('h'); await dragAlong(page, box, 0.1) },
        'zoomed': async () => {
          for (let i = 0; i < steps; i += 1) await page.mouse.wheel(0, i < steps / 2 ? -20 : 20)
        },
        'drawn around half of it': async () => { await page.keyboard.press('l'); await dragAlong(page, box, 0.4); await page.getByRole('toolbar').waitFor() },
        'selected as a whole': async () => page.keyboard.press('Control+a'),
      }
      const found: Measurement[] = []
      for (const [what, act] of Object.entries(acts)) {
        await page.evaluate(watchFrames)
        await act()
        await page.waitForTimeout(500)
        const { blocks, frames } = await page.evaluate(() => (window as unknown as { watched: { blocks: number[]; frames: number[] } }).watched)
        log(`${what}: ${frames.length} frames, longest task ${Math.max(0, ...blocks).toFixed(0)} ms`)
        found.push({ what: `longest main-thread task while it is ${what} (0: none of 50 ms)`, value: Math.max(0, ...blocks), unit: 'ms', goal: '< 50', note: `median frame ${median(frames).toFixed(1)} ms` })
      }
      return found
    } finally {
      await studio.stop()
    }
  } finally {
    await browser.close()
    await data.remove()
  }
}

/** Runs in the page. */
function watchFrames(): void {
  const watched = { blocks: [] as number[], frames: [] as number[] }
  Object.assign(window, { watched })
  new PerformanceObserver((list) => watched.blocks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
  let last = performance.now()
  const frame = (now: number): void => {
    watched.frames.push(now - last)
    last = now
    if ((window as unknown as { watched: unknown }).watched === watched) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

/** Round the middle, `share` of the sides away. */
async function dragAlong(page: Page, { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }, share: number): Promise<void> {
  const at = (turn: number): [number, number] => [x + width * (0.5 + share * Math.cos(2 * Math.PI * turn)), y + height * (0.5 + share * Math.sin(2 * Math.PI * turn))]
  await page.mouse.move(...at(0))
  await page.mouse.down()
  for (let i = 1; i <= steps; i += 1) await page.mouse.move(...at(i / steps))
  await page.mouse.up()
}

async function making(log: (line: string) => void): Promise<readonly Measurement[]> {
  const minutes = Number(process.env['MAP_MINUTES'] ?? 30)
  log('unpacking CIFAR-10 …')
  const cifar = await unpackedCifar()
  const data = await temporaryData()
  try {
    const pictures = (await readdir(join(cifar.folder, 'train'), { recursive: true })).filter((name) => name.endsWith('.jpg')).length
    await runProgram('import', join(cifar.folder, 'train'), '--name', 'CIFAR', '--json', '--data', data.folder)
    const looked = async (sample: number): Promise<{ readonly seconds: number; readonly bytes: number }> => {
      const start = performance.now()
      const child = program('datasets', 'look', 'CIFAR', '--sample', String(sample), '--json', '--data', data.folder)
      const memory = new MemoryWatch(child.pid ?? 0)
      child.stdout?.resume()
      const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
      const bytes = memory.stop()
      if (code !== 0) throw new Error(`"datasets look" ended with code ${code}.`)
      return { seconds: (performance.now() - start) / 1000, bytes }
    }
    const tried = await looked(trial)
    // Starting the engine is in it: the real speed is higher.
    const rate = trial / tried.seconds
    const wanted = Math.min(pictures, Math.max(trial, Math.floor(rate * 60 * minutes)))
    log(`${rate.toFixed(0)} pictures/s at first: ${wanted} of ${pictures} pictures fit in ${minutes} minutes`)
    const whole = await looked(wanted)
    const again = await looked(wanted)
    return [
      { what: `features of ${wanted.toLocaleString('en')} pictures found`, value: (wanted - trial) / Math.max(0.001, whole.seconds - again.seconds), unit: 'pictures/s' },
      { what: `map of ${wanted.toLocaleString('en')} pictures from known features`, value: again.seconds, unit: 's', note: 'neighbours, outliers, layout; a start of the program' },
      { what: `memory at most, all processes, ${wanted.toLocaleString('en')} pictures`, value: whole.bytes / 2 ** 20, unit: 'MiB', beside: { what: `${trial.toLocaleString('en')} pictures`, value: tried.bytes / 2 ** 20 }, ratio: whole.bytes / tried.bytes },
    ]
  } finally {
    await Promise.all([cifar.remove(), data.remove()])
  }
}
