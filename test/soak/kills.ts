/**
 * Kills (SIGKILL) trainer, decoder, studio process and shell at random moments of work, and looks after each
 * whether anything is lost, damaged, left over or shown as running that is not. A seed gives the same
 * work and the same choices again; the moments depend on the machine.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { silent } from '../../src/base/log.ts'
import { Rng } from '../../src/base/rng.ts'
import { openStudio } from '../../src/hosts/open-studio.ts'
import type { SharedStudio } from '../../src/hosts/share-studio.ts'
import { newestCheckpoint } from '../../src/studio/checkpoints.ts'
import { pictureFolder } from '../e2e/pictures.ts'
import { Ledger } from './ledger.ts'
import { decodersOf, enginesOf, markName, markedProcesses, timeToEnd } from './processes.ts'
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
const actorFile = join(import.meta.dirname, 'actor.ts')

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
  #owner: Actor | null = null
  #driver: Actor | null = null
  #drivers = 0
  #during: Work = 'edit'

  constructor(options: RoundOptions) {
    this.#options = options
    this.ledger = new Ledger(join(options.folder, 'places'))
    this.#mark = `${process.pid}-${options.seed}`
    this.#data = join(options.folder, 'data')
  }

  /** With a run that pictures can be made with from the start. */
  async open(): Promise<void> {
    await mkdir(join(this.#options.folder, 'exports'), { recursive: true })
    await this.#startOwner()
    const studio = await this.#visit()
    try {
      const { activityId, datasetId } = await studio.call('datasets.import', { tickets: [await studio.registerSources([this.#options.pictures])] })
      while ((await studio.call('activities.list')).some(({ id, state }) => id === activityId && state === 'running')) await wait(20)
      const { id } = await studio.call('runs.start', { datasetId, budget: { kind: 'images', images: 16 }, engine: 'wasm', set: { resolution: 16, width: 8, batchSize: 8 } })
      while ((await studio.call('runs.get', { id })).state !== 'finished') {
        const { error } = await studio.call('runs.get', { id })
        if (error !== null) throw new Error(`The first run failed: ${error.message}`)
        await wait(20)
      }
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

  #start(role: ActorArguments['role'], seed: number): Actor {
    const { folder, pictures } = this.#options
    return new Actor({ role, dataFolder: this.#data, pictures, exports: join(folder, 'exports'), places: join(folder, 'places'), seed }, this.#mark, (said) => this.#hear(said))
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

class Actor {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  readonly #waiting = new Map<(said: Said) => boolean, () => void>()
  #stderr = ''

  constructor(args: ActorArguments, mark: string, hear: (said: Said) => void) {
    this.#child = spawn(process.execPath, [actorFile, JSON.stringify(args)], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, [markName]: mark } })
    // It may have been killed a moment ago.
    this.#child.stdin?.on('error', () => {})
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr = (this.#stderr + text).slice(-4000)))
    // Read to its end: what was said before the kill counts.
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()))
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const said = JSON.parse(line) as Said
      hear(said)
      for (const [matches, resolve] of this.#waiting)
        if (matches(said)) {
          this.#waiting.delete(matches)
          resolve()
        }
    })
  }

  /** Resolves when it says something that matches. @throws where it has ended before with an error of its own */
  async next(matches: (said: Said) => boolean): Promise<void> {
    const heard = new Promise<void>((resolve) => this.#waiting.set(matches, resolve))
    await Promise.race([heard, this.#ended])
    if ((this.#child.exitCode ?? 0) !== 0) throw new Error(`A process of the soak ended by itself: ${this.#stderr}`)
  }

  ask(work: Work): void {
    this.#child.stdin?.write(`${work}\n`)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

/** Of a copy: SQLite puts a database right when it opens it, and that is the next studio's to do. */
async function damageOfDatabase(data: string, folder: string): Promise<readonly string[]> {
  const copy = join(folder, 'copy')
  await rm(copy, { recursive: true, force: true })
  await mkdir(copy)
  for (const ending of ['', '-wal', '-shm']) await cp(join(data, `studio.db${ending}`), join(copy, `studio.db${ending}`)).catch(() => {})
  const database = new Database(join(copy, 'studio.db'))
  try {
    const integrity = database.pragma('integrity_check', { simple: true })
    const foreign = database.pragma('foreign_key_check') as readonly unknown[]
    return [...(integrity === 'ok' ? [] : [`the database is damaged: ${String(integrity)}`]), ...(foreign.length === 0 ? [] : [`${foreign.length} rows name others that are not there`])]
  } finally {
    database.close()
  }
}

/** Temporary files that a started studio should have swept. */
async function leftOvers(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  return names.filter((entry) => entry.isFile() && /\.(tmp|part)$/.test(entry.name)).map((entry) => `left over: ${relative(folder, join(entry.parentPath, entry.name))}`)
}

/** Folders of runs that the database does not know, not even as deleted. */
async function strayRuns(data: string): Promise<readonly string[]> {
  const database = new Database(join(data, 'studio.db'), { readonly: true })
  try {
    const known = new Set(database.prepare('SELECT folder FROM runs').pluck().all())
    return (await readdir(join(data, 'runs'))).filter((name) => !known.has(`runs/${name}`)).map((name) => `left over: the folder of a run ${name}`)
  } finally {
    database.close()
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
