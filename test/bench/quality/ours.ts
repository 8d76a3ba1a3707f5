/** The studio as a person would use it: import, train with what it proposes, score. */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../../../src/contract/data.ts'
import type { Advice, Score } from '../../../src/contract/judgement.ts'
import { phrase } from '../../../src/contract/messages.ts'
import { program } from '../measures/served-studio.ts'
import type { QualitySet } from './sets.ts'

export interface OursRequest {
  readonly set: QualitySet
  /** Folder or archive. */
  readonly pictures: string
  readonly minutes: number
  readonly count: number
  readonly engine: string
  readonly settings: readonly string[]
  readonly dataFolder: string
  readonly sheet: string
}
export interface OursResult {
  readonly run: Pick<Run, 'imagesSeen' | 'elapsedMs' | 'engine' | 'options'>
  readonly score: Score
  readonly advice: readonly string[]
  /** Scores by the way, on few pictures. */
  readonly curve: readonly { readonly imagesSeen: number; readonly kid: number; readonly coverage: number }[]
}

export async function trainAndScore({ set, pictures, minutes, count, engine, settings, dataFolder, sheet }: OursRequest): Promise<OursResult> {
  const inFolder = (...args: readonly string[]): readonly string[] => ['--data', dataFolder, '--json', ...args]
  const studio = (...args: readonly string[]): Promise<Record<string, unknown>> => resultOf(...inFolder(...args))
  const { id: datasetId } = await studio('import', pictures, '--name', set.name)
  const told = await linesOf(...inFolder('train', String(datasetId), '--minutes', String(minutes), '--engine', engine, '--no-score', '--resolution', String(set.resolution), ...settings.flatMap((setting) => ['--set', setting])))
  const run = told.at(-1)?.['run'] as Run
  const curve = told.filter(({ type }) => type === 'score').map((score) => ({ imagesSeen: Number(score['imagesSeen']), kid: Number(score['kid']), coverage: Number(score['coverage']) }))
  const scored = await studio('score', run.id, '--count', String(count), '--split', 'all')
  await mkdir(join(sheet, '..'), { recursive: true })
  await studio('export', run.id, '--format', 'sheet', '--count', '80', '--out', join(dataFolder, 'sheet.png'), '--force')
  await copyFile(join(dataFolder, 'sheet.png'), sheet)
  const { imagesSeen, elapsedMs, options } = run
  return { run: { imagesSeen, elapsedMs, engine: run.engine, options }, score: scored['score'] as Score, advice: (scored['advice'] as readonly Advice[]).map(({ said }) => phrase(said, 'en')), curve }
}

/** Runs a command and reads its last line. */
export async function resultOf(...args: readonly string[]): Promise<Record<string, unknown>> {
  return (await linesOf(...args)).at(-1) ?? {}
}

/** Runs a command and reads what it tells. */
async function linesOf(...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const child = program(...args)
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const lines = text.trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>)
  if (code !== 0) throw new Error(`"gan-studio ${args.join(' ')}" ended with code ${code}: ${String(lines.at(-1)?.['message'] ?? '')}`)
  return lines
}
