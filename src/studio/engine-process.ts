/**
 * Entry of every engine process. It takes one job, reports over its channel, and exits: after
 * the job, when told to stop, or at once when the studio has gone, so that no orphan is left.
 *
 * The heartbeat comes from this thread on purpose: a beat from a helper thread would say
 * nothing about the thread that trains.
 */
import { StudioError, unreachable } from '../base/errors.ts'
import { saysOutOfMemory } from '../base/out-of-memory.ts'
import type { DrawRequest, EngineJob } from '../contract/engine-jobs.ts'
import { type Failure, failureOf, fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { EngineCommand, EngineMessage, ExplorerHost } from '../contract/trainer.ts'
import { firstToEnd } from './first-to-end.ts'
import { openChannel } from './parent-channel.ts'

firstToEnd()
const heartbeatMs = 1000
const channel = openChannel<EngineCommand, EngineMessage>()

let stopRequest: { readonly save: boolean } | null = null
let resumed: PromiseWithResolvers<void> | null = null
let started = false
let over = false
const requests: DrawRequest[] = []
let requested: PromiseWithResolvers<void> | null = null
let beatAt = performance.now()

function send(message: EngineMessage): void {
  if (message.type === 'done' || message.type === 'failed') over = true
  beatAt = performance.now()
  channel.send(message)
}

/** Beats between steps too: a busy loop may leave the timer little room. */
function beatIfDue(): void {
  if (performance.now() - beatAt >= heartbeatMs) send({ type: 'heartbeat' })
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const host: ExplorerHost = {
  send,
  paused: () => resumed !== null,
  stopRequested: () => {
    beatIfDue()
    return stopRequest
  },
  waitWhilePaused: async () => {
    // One turn of the event loop per step lets commands arrive between steps.
    await nextTurn()
    if (resumed === null || stopRequest !== null) return
    send({ type: 'paused' })
    await resumed.promise
    if (stopRequest === null) send({ type: 'resumed' })
  },
  nextRequest: async () => {
    while (requests.length === 0 && stopRequest === null) {
      requested = Promise.withResolvers()
      await requested.promise
    }
    return stopRequest === null ? (requests.shift() ?? null) : null
  },
}

function requestStop(save: boolean): void {
  stopRequest ??= { save }
  resumed?.resolve()
  requested?.resolve()
}

function obey(command: EngineCommand): void {
  switch (command.type) {
    case 'start':
      if (!started) void work(command.job)
      started = true
      return
    case 'pause':
      resumed ??= Promise.withResolvers<void>()
      return
    case 'resume':
      resumed?.resolve()
      resumed = null
      return
    case 'draw':
      requests.push(command.request)
      return requested?.resolve()
    case 'stop':
      return requestStop(command.save)
    default:
      unreachable(command)
  }
}

// Each job's code is loaded only where it is needed: measuring does not load the trainer.
async function perform(job: EngineJob): Promise<void> {
  switch (job.kind) {
    case 'train':
      return (await import('../training/train.ts')).runTraining(job, host)
    case 'generate':
      return (await import('../training/generate.ts')).runGeneration(job, host)
    case 'explore':
      return (await import('../training/explore-job.ts')).runExplorer(job, host)
    case 'encode':
      return (await import('../training/encode-job.ts')).runEncoding(job, host)
    case 'invert':
      return (await import('../training/invert-job.ts')).runInversion(job, host)
    case 'train-encoder':
      return (await import('../training/train-encoder-job.ts')).runEncoderTraining(job, host)
    case 'redraw':
      return (await import('../training/redraw-job.ts')).runRedrawing(job, host)
    case 'score':
      return (await import('../training/score-job.ts')).runScore(job, host)
    case 'inspect':
      return (await import('../training/inspect-job.ts')).runInspection(job, host)
    case 'label':
      return (await import('../training/label-job.ts')).runLabelling(job, host)
    case 'nearest':
      return (await import('../training/nearest-job.ts')).runNearest(job, host)
    case 'features':
      return (await import('../training/look/look-job.ts')).runFeatures(job, host)
    case 'look':
      return (await import('../training/look/look-job.ts')).runLook(job, host)
    case 'nearest-labels':
      return (await import('../training/look/look-job.ts')).runNearestLabels(job, host)
    case 'head':
      return (await import('../training/look/head-job.ts')).runHead(job, host)
    case 'augment':
      return (await import('../training/augment-job.ts')).runAugmentation(job, host)
    case 'measure':
      return (await import('../training/measure.ts')).measureEngines(job, host)
    default:
      return unreachable(job)
  }
}

async function work(job: EngineJob): Promise<void> {
  try {
    await perform(job)
    if (!over) send({ type: 'done', outcome: stopRequest === null ? 'reached' : 'stopped' })
    await exit(0)
  } catch (error) {
    await fail(error)
  }
}

async function fail(error: unknown): Promise<void> {
  const stack = error instanceof Error ? (error.stack ?? null) : null
  if (!over) send({ type: 'failed', ...meaningOf(error), stack })
  await exit(1)
}

function meaningOf(error: unknown): Failure {
  const told = failureOf(fromSystemError(error, message('doing.onRun')))
  // A full or broken disk is no failure of the engine, and starting it again would not help.
  if (told.code !== 'bug' || error instanceof StudioError) return told
  const text = error instanceof Error ? error.message : String(error)
  return { code: saysOutOfMemory(text) ? 'out-of-memory' : 'engine-failed', message: text }
}

async function exit(code: number): Promise<void> {
  await channel.flush()
  process.exit(code)
}

// Ctrl-C reaches the whole process group: the studio decides what becomes of the job.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => requestStop(true))
process.on('uncaughtException', (error) => void fail(error))
process.on('unhandledRejection', (error) => void fail(error))
// Not `exit`: that would wait for files of a drive that does not answer any more.
channel.onClosed(() => process.kill(process.pid, 'SIGKILL'))
channel.onCommand(obey)
setInterval(beatIfDue, heartbeatMs / 2)
send({ type: 'heartbeat' })
