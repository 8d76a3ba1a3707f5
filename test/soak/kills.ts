/**
 * Kills (SIGKILL) trainer, decoder, studio process and shell at random moments of work, and looks after each
 * whether anything is lost, damaged, left over or shown as running that is not. A seed gives the same
 * work and the same choices again; the moments depend on the machine.
 */
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { silent } from '../../src/base/log.ts'
import { Rng } from '../../src/base/rng.ts'
import { openStudio } from '../../src/hosts/open-studio.ts'
import type { SharedStudio } from '../../src/hosts/share-studio.ts'
import { newestCheckpoint } from '../../src/studio/checkpoints.ts'
import { pictureFolder } from '../e2e/pictures.ts'
import { ActorProcess } from './actor-process.ts'
import { Ledger } from './ledger.ts'
import { decodersOf, enginesOf, markedProcesses, timeToEnd } from './processes.ts'
import { damageOfDatabase, leftOvers, strayRuns } from './remains.ts'
import { works } from './words.ts'
import type { ActorArguments, Said, Work } from './words.ts'

export const victims = ['trainer', 'decoder', 'studio', 'shell'] as const
export type Victim = (typeof victims)[number]

export interface KillOptions {
  readonly seed: number
  readonly kills: number
  /** Stops earlier once this many milliseconds have passed. */
  readonly withinMs?: number
  /** Empty; everything is written below it. */
  readonly folder: string
  readonly log: (line: string) => void
}
export interface KillReport {
  readonly seed: number
  readonly kills: Readonly<Record<Victim, number>>
  /** What was under way when the kill came. */
  readonly during: Readonly<Record<Work, number>>
  readonly acknowledged: number
  readonly refused: number
  /** The longest an engine or decoder process outlived its studio, in milliseconds. */
  readonly slowestOrphanMs: number
  /** The longest from the start of a studio on what a killed one left to its answer, in milliseconds. */
  readonly slowestStartMs: number
  readonly wrong: readonly string[]
  readonly seconds: number
}

/** What a killed studio leaves is looked at most closely, so it has its turn most often. */
const turns = ['studio', 'trainer', 'studio', 'shell', 'studio', 'trainer', 'decoder', 'shell'] as const satisfies readonly Victim[]
/** A new data folder after so many kills: what gathers would only make each check longer. */
const killsPerFolder = 50
/** It goes as soon as its thread has a moment; on a machine that has none to spare, a step takes seconds. */
const orphanLimitMs = 20_000
const startLimitMs = 20_000
/** A work that does not come up by then was not to be had: the kill comes all the same. */
const workLimitMs = 2500

export async function killAtRandom({ seed, kills, withinMs = Infinity, folder, log }: KillOptions): Promise<KillReport> {
  const random = Rng.fromSeed(seed)
  const start = performance.now()
  const tally = { kills: { trainer: 0, decoder: 0, studio: 0, shell: 0 }, during: Object.fromEntries(works.map((work) => [work, 0])) as Record<Work, number> }
  const wrong: string[] = []
  let [acknowledged, refused, slowestOrphanMs, slowestStartMs] = [0, 0, 0, 0]
  const pictures = await manyPictures(folder)
  for (let done = 0; done < kills && performance.now() - start < withinMs; ) {
    const round = new Round({ folder: join(folder, `data-${done}`), pictures, seed: seed + done, random })
    try {
      await round.open()
      for (const most = Math.min(kills, done + killsPerFolder); done < most && performance.now() - start < withinMs; done++) {
        const victim = turns[done % turns.length] ?? 'studio'
        const work = victim === 'decoder' ? 'import' : (works[done % works.length] ?? 'train')
        const found = await round.kill(victim, work)
        tally.kills[victim]++
        tally.during[found.during]++
        slowestOrphanMs = Math.max(slowestOrphanMs, found.orphanMs)
        slowestStartMs = Math.max(slowestStartMs, found.startMs)
        wrong.push(...found.wrong.map((what) => `kill ${done} (${victim} during ${found.during}): ${what}`))
        log(`${done + 1}/${kills} ${victim} during ${found.during}${found.wrong.length === 0 ? '' : `: ${found.wrong.join('; ')}`}`)
      }
      acknowledged += round.ledger.acknowledged
      refused += round.refused
    } finally {
      await round.close()
    }
    if (wrong.length === 0) await rm(join(folder, `data-${done}`), { recursive: true, force: true })
  }
  return { seed, ...tally, acknowledged, refused, slowestOrphanMs, slowestStartMs, wrong, seconds: Math.round((performance.now() - start) / 1000) }
}

interface RoundOptions {
  readonly folder: string
  readonly pictures: string
  readonly seed: number
  readonly random: Rng
}
interface Found {
  readonly during: Work
  readonly orphanMs: number
  readonly startMs: number
  readonly wrong: readonly string[]
}

/** One data folder with its owner and the shell that works with it. */
class Round {
  readonly ledger: Ledger
  refused = 0
  readonly #options: RoundOptions
  readonly #mark: string
  readonly #data: string
  #owner: ActorProcess | null = null
  #driver: ActorProcess | null = null
  #drivers = 0
  #during: Work = 'edit'

  constructor(options: RoundOptions) {
    this.#options = options
    this.ledger = new Ledger(join(options.folder, 'places'))
    this.#mark = `${process.pid}-${options.seed}`
    this.#data = join(options.folder, 'data')
  }

  /** With a run that pictures can be made with from the start, and a model that can be opened. */
  async open(): Promise<void> {
    await mkdir(join(this.#options.folder, 'exports'), { recursive: true })
    await this.#startOwner()
    const studio = await this.#visit()
    try {
      const { activityId, datasetId } = await studio.call('datasets.import', { tickets: [await studio.registerSources([this.#options.pictures])] })
      const settled = async (activity: string): Promise<void> => {
        while ((await studio.call('activities.list')).some(({ id, state }) => id === activity && state === 'running')) await wait(20)
      }
      await settled(activityId)
      const { id } = await studio.call('runs.start', { datasetId, budget: { kind: 'images', images: 16 }, engine: 'wasm', set: { resolution: 16, width: 8, batchSize: 8 } })
      while ((await studio.call('runs.get', { id })).state !== 'finished') {
        const { error } = await studio.call('runs.get', { id })
        if (error !== null) throw new Error(`The first run failed: ${error.message}`)
        await wait(20)
      }
      const model = join(this.#options.folder, 'exports', 'first.safetensors')
      await settled((await studio.call('export.model', { runId: id, format: 'safetensors', target: { kind: 'ticket', ticket: await studio.registerTarget(model) } })).activityId)
      await studio.call('models.add', { ticket: await studio.registerSources([model]) })
    } finally {
      await studio.close()
    }
    await this.#startDriver()
  }

  async kill(victim: Victim, work: Work): Promise<Found> {
    const { random } = this.#options
    await this.#until(work)
    await wait(random.integer(random.integer(4) === 0 ? 1500 : 150))
    const during = this.#during
    const [engines, decoders] = [enginesOf(this.#mark), decodersOf(this.#mark)]
    if (victim === 'trainer' || victim === 'decoder') {
      for (const pid of victim === 'trainer' ? engines : decoders) process.kill(pid, 'SIGKILL')
      return { during, orphanMs: 0, startMs: 0, wrong: await this.#answers() }
    }
    if (victim === 'shell') {
      await this.#driver?.kill()
      const wrong = await this.#answers()
      await this.#startDriver()
      return { during, orphanMs: 0, startMs: 0, wrong }
    }
    await this.#owner?.kill()
    await this.#driver?.kill()
    const orphanMs = await timeToEnd([...engines, ...decoders], orphanLimitMs)
    const wrong = orphanMs === null ? ['an engine or decoder process outlived its studio'] : []
    wrong.push(...(await damageOfDatabase(this.#data, this.#options.folder)))
    const startMs = await this.#startOwner()
    if (startMs > startLimitMs) wrong.push(`the next studio answered after ${startMs} ms`)
    wrong.push(...(await this.#afterwards()))
    await this.#startDriver()
    return { during, orphanMs: orphanMs ?? orphanLimitMs, startMs, wrong }
  }

  async close(): Promise<void> {
    await this.#driver?.kill()
    await this.#owner?.kill()
    const left = markedProcesses(this.#mark).map(({ pid }) => pid)
    if ((await timeToEnd(left, orphanLimitMs)) === null) for (const pid of left) process.kill(pid, 'SIGKILL')
  }

  /** Waits until the driver is about `work`, which it is asked for, or for a while. */
  async #until(work: Work): Promise<void> {
    this.#driver?.ask(work)
    const begun = this.#driver?.next((said) => said.say === 'begin' && said.work === work)
    await Promise.race([begun, wait(workLimitMs)])
  }

  /** The studio goes on: it answers, and what it was told is so. */
  async #answers(): Promise<string[]> {
    const studio = await this.#visit()
    try {
      const info = await Promise.race([studio.call('studio.info'), wait(5000)])
      return info === undefined ? ['the studio does not answer any more'] : []
    } finally {
      await studio.close()
    }
  }

  /** What a studio that was killed left, as the next one shows it before anything else happens. */
  async #afterwards(): Promise<string[]> {
    const studio = await this.#visit()
    try {
      const wrong = [...(await this.ledger.check(studio))]
      for (const { id, state, checkpointAt } of await studio.call('runs.list')) {
        if (state === 'training' || state === 'preparing' || state === 'stopping' || state === 'paused') wrong.push(`run ${id} is shown as ${state}`)
        const newest = await newestCheckpoint(join(this.#data, 'runs', id)).catch((error: unknown) => error)
        if (newest instanceof Error) wrong.push(`run ${id}: ${newest.message}`)
        else if (((newest as { readonly counters: { readonly imagesSeen: number } } | null)?.counters.imagesSeen ?? null) !== checkpointAt) wrong.push(`run ${id} says ${String(checkpointAt)} of its newest checkpoint`)
      }
      const running = (await studio.call('activities.list')).filter(({ state }) => state === 'running')
      if (running.length > 0) wrong.push(`shown as running: ${running.map(({ title }) => title).join(', ')}`)
      wrong.push(...(await leftOvers(this.#options.folder)), ...(await strayRuns(this.#data)))
      return wrong
    } finally {
      await studio.close()
    }
  }

  async #visit(): Promise<SharedStudio> {
    const studio = await openStudio({ dataFolder: this.#data, version: '0.0.0', log: silent })
    if (studio.owner) throw new Error('The owner of the data folder has ended by itself.')
    return studio
  }

  /** @returns the milliseconds until it was open */
  async #startOwner(): Promise<number> {
    const start = performance.now()
    this.#owner = this.#start('owner', this.#options.seed)
    await this.#owner.next(({ say }) => say === 'open')
    return Math.round(performance.now() - start)
  }

  async #startDriver(): Promise<void> {
    this.#driver = this.#start('driver', this.#options.seed * 1000 + this.#drivers++)
    await this.#driver.next(({ say }) => say === 'open')
  }

  #start(role: ActorArguments['role'], seed: number): ActorProcess {
    const { folder, pictures } = this.#options
    return new ActorProcess({ role, dataFolder: this.#data, pictures, exports: join(folder, 'exports'), places: join(folder, 'places'), seed }, this.#mark, (said) => this.#hear(said))
  }

  #hear(said: Said): void {
    if (said.say === 'begin') {
      this.#during = said.work
      this.ledger.begin(said.facts)
    } else if (said.say === 'done') this.ledger.done(said.facts)
    else if (said.say === 'refused') {
      this.refused++
      this.ledger.refused(said.facts)
    }
  }
}

/** 240 pictures in two classes, no two alike: bytes behind the end of a PNG are ignored. */
async function manyPictures(parent: string): Promise<string> {
  const few = await pictureFolder(join(parent, 'few'), 12)
  const source = join(parent, 'pictures')
  for (const name of await readdir(few, { recursive: true }))
    if (name.endsWith('.png'))
      for (let i = 0; i < 10; i++) {
        const file = join(source, name.replace(/\.png$/, ` ${i}.png`))
        await cp(join(few, name), file)
        await writeFile(file, String(i), { flag: 'a' })
      }
  return source
}
